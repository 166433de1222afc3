// The events of this project, besides those of the browser and of htmx. Who fires or hears one takes its name from here.

// On the document, with the HTML that came as its detail: news are about to be drawn, asked for or carried by the stream.
// Fired by live/stream. Heard by live/arrivals, which compares first, and by shell/app, which keeps focus and scrolling.
export const NEWS_BEFORE = "news:before";

// On the document: these news have been drawn.
// Fired by live/stream. Heard by live/arrivals, shell/app, board/selection and board/bulk.
export const NEWS_AFTER = "news:after";

// On the document: the stream was told that the session is over.
// Fired by live/stream. Heard by forms/drafts, which keeps what is typed, and by live/session, which says so.
export const SESSION_ENDED = "session:ended";

// On the form of a move, bubbling: its answer did not come, or was not one of the board's.
// Fired by board/element and board/bulk. Heard by shell/app, which offers the same intent again.
export const MOVE_LOST = "move:lost";

// On a card, bubbling: it was dropped into a lane that is not its own, and is back at home.
// Fired by board/element. Heard by board/lanes, which says why.
export const LANE_REFUSED = "lane:refused";

// On the board: all that is selected was dropped together; the board still says where.
// Fired by board/element. Heard by board/bulk.
export const STACK_DROP = "stack:drop";

// On the board: the set of selected cases was changed by another script than board/selection.
// Fired by board/bulk. Heard by board/selection, which draws it.
export const SELECTION_CHANGED = "selection";

// On the board: whatever is selected is to be let go.
// Fired by shell/key-verbs, for Escape. Heard by board/selection.
export const SELECTION_CLEAR = "selection:clear";

// On a card, bubbling: it is to be selected, or left out again; every case of its column is to be selected.
// Fired by shell/key-verbs, for the keys of shell/keys. Heard by board/selection.
export const CARD_SELECT = "card:select";
export const COLUMN_SELECT = "column:select";

// The next four make htmx send a request: a template names them in its hx-trigger.

// On #as-of: ask for news.
// Fired by live/stream, live/session, board/element and shell/key-verbs. Heard by board/_freshness.html.
export const ASK_NEWS = "news";

// On #filter-menu: fetch the menu as the address has it now.
// Fired by shell/filters. Heard by board/_finder.html.
export const FETCH_FILTERS = "menu";

// On #case-header: the board was drawn anew, so look whether the open case changed.
// Fired by case/panel. Heard by case/_header.html.
export const BOARD_DRAWN = "changed";

// On the body: a field of the open case was changed, so its parts are asked for again.
// Fired by case/parts, and by the server with its answer (web/views/case.py). Heard by case/_details.html.
export const CASE_EDITED = "case-edited";
