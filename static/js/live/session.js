// The end of a session: said before it comes, shown when it has, and a drop that it cut short is kept and offered again.
// Kept are only ids, in this tab alone; a move is sent by a hand and never by itself.

import "../forms/drafts.js"; // first: it keeps what is typed before anything is closed here
import { board, cardTitle, columnName, copyOf, isSignedOut } from "../dom.js";
import { ASK_NEWS, SESSION_ENDED } from "../events.js";

const WARNING = 120; // seconds before the end
const [warning, ended] = ["session-warning", "session-ended"].map((id) => document.getElementById(id));
const NAMES = ["status", "above", "below", "edge", "number", "seen_above", "seen_below"];
let [ends, warned] = [null, false];

if (warning) watch(); // where nobody signs in there is no end to tell of
function watch() {
  document.addEventListener("htmx:afterRequest", ({ detail: { xhr, elt, requestConfig } }) => {
    const left = xhr.getResponseHeader("X-Session-Ends");
    if (left !== null) ends = performance.now() + Number(left) * 1000;
    if (isSignedOut(xhr)) over(requestConfig.elt.matches(".card-form, .move-form, .again") && requestConfig);
    else if (elt.matches(".stay")) warning.close();
  });
  document.addEventListener(SESSION_ENDED, () => over());
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (isSignedOut(detail.xhr)) detail.shouldSwap = false; // the dialog says it all
  });
  ended.addEventListener("cancel", (event) => event.preventDefault());
  setInterval(warn, 1000);

  // After signing in again
  const proposal = JSON.parse(sessionStorage.getItem("proposal") ?? "null");
  if (proposal && proposal.who === board.dataset.who) offer(proposal);
  else sessionStorage.removeItem("proposal");
}

// A drag is let run: its drop is answered by 401, and then kept.
function over(move) {
  if (move) keep(move);
  if (board.lifted) return setTimeout(over, 100);
  ended.querySelector("[data-kept]").hidden = !sessionStorage.getItem("proposal");
  for (const other of document.querySelectorAll("dialog[open]")) if (other !== ended) other.close();
  document.body.toggleAttribute("data-ended", true); // nobody reads on over an empty chair
  if (!ended.open) ended.showModal();
}

function keep({ path, parameters }) {
  const fields = Object.fromEntries(NAMES.map((name) => [name, parameters[name] ?? ""]));
  const card = path.match(/cases\/([0-9a-f-]+)/)[1];
  sessionStorage.setItem("proposal", JSON.stringify({ who: board.dataset.who, card: `card-${card}`, fields }));
}

function warn() {
  if (ends === null || ended.open) return;
  const left = Math.round((ends - performance.now()) / 1000);
  if (left <= 0) return htmx.trigger("#as-of", ASK_NEWS); // the server says whether it is really over
  if (left > WARNING) warned = false;
  if (left > WARNING) return warning.open && warning.close();
  warning.querySelector("[data-left]").textContent = left > 60 ? "two minutes" : `${left} seconds`;
  if (warned || board.lifted || document.querySelector("dialog[open]")) return;
  warned = true; // once: whoever puts it away has read it
  warning.showModal();
}

function offer({ card, fields }) {
  const notice = copyOf("proposal-notice").firstElementChild;
  const found = board.querySelector(`.card[data-case="${card.slice("card-".length)}"]`);
  const name = found && cardTitle(found);
  const column = columnName(fields.status);
  notice.querySelector("[data-case]").textContent = name ?? "a case that is not in sight now";
  notice.querySelector("[data-column]").textContent = column ?? "a column that is not here any more";
  const act = notice.querySelector("[data-move]");
  act.hidden = !name || !column;
  const done = () => (sessionStorage.removeItem("proposal"), notice.remove());
  notice.querySelector("[data-discard]").addEventListener("click", done);
  act.addEventListener("click", () => (done(), board.again(found.id, fields, homeOf(found))));
  document.getElementById("notices").prepend(notice);
}

function homeOf(card) {
  return { list: card.parentElement.id, above: card.previousElementSibling?.dataset.case, below: card.nextElementSibling?.dataset.case };
}
