// What several scripts ask of the page, and of an answer that came for it.

export const board = document.getElementById("board"); // null on a page that has none
export const narrow = matchMedia("(max-width: 640px)");

// A name can have several lines on a card; in a sentence it has one.
export const cardTitle = (card) => card.querySelector(".card-link").textContent.trim().replace(/\s*\n\s*/g, ", ");
export const placeOf = (node) => node.closest(".column, .cell"); // in lanes a column has a cell in each
export const columnName = (status) => document.getElementById(`name-${status}`)?.textContent.trim(); // none: it is not on the board

// A template is drawn by the server, and empty of what only the script knows.
export const copyOf = (template) => document.getElementById(template).content.cloneNode(true);
export const notify = (template) => document.getElementById("notices").prepend(copyOf(template));

// With these keys held a link opens in another tab or window: that is the browser's to do.
export const opensElsewhere = ({ metaKey, ctrlKey, shiftKey }) => metaKey || ctrlKey || shiftKey;

// An answer without this header is not the board's, but of some proxy; or none came.
export const isOurs = (xhr) => xhr.getResponseHeader("X-Board") !== null;
export const isSignedOut = (xhr) => xhr.getResponseHeader("X-Signed-Out") !== null;
