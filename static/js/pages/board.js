// The page of the board. Modules run in this order, each after what it imports itself, and all of them before htmx looks at
// the page. Of two that hear the same event, the one that stands above hears it first.

// What holds for every answer comes first: the others look at whether it may be drawn. It also tidies the address, which
// shell/filters then remembers.
import "../shell/app.js";
import "../shell/filters.js";
import "../shell/finder.js";

// The news, before whatever is drawn again after them.
import "../board/lanes.js";
import "../live/stream.js";
import "../live/arrivals.js";

// The element, before those who take its cards in hand; and what is selected, before what is done to it.
import "../board/element.js";
import "../board/tab-stops.js";
import "../board/selection.js";
import "../board/bulk.js";

// An open case, before dragging and the keys: Escape puts down what is in hand, else closes the case, else lets go of the
// selection. The panel looks whether a hand is full before pointer-drag empties it.
import "../case/parts.js";
import "../case/panel.js";
import "../board/pointer-drag.js";
import "../board/picker.js";
import "../shell/keys.js";
import "../shell/key-help.js";

// Dialogs, and the forms in them.
import "../board/move-menu.js";
import "../case/requirements.js";
import "../case/dialog.js";
import "../forms/field-form.js";

// Notices, and menus, which a link in them has left by then.
import "../shell/timed-notice.js";
import "../shell/menus.js";

// Last: it closes every dialog, when all has been kept; and offers a move that a card then makes.
import "../live/session.js";
