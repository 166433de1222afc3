// What holds for every request of the page: the token, hands off what a hand is on, focus kept, no answer ever lost.

import { board, copyOf, isOurs, placeOf } from "../dom.js";
import { MOVE_LOST, NEWS_AFTER, NEWS_BEFORE } from "../events.js";

const OURS = /^\/(bulks|cases|columns|look|moves|stay|views)\//;
const token = () => document.querySelector('meta[name="csrf-token"]').content;

// The token is added here and not inherited from the body, so that only our own forms carry it, whatever attributes
// hostile text might smuggle into the page.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get" && detail.elt.matches("form") && OURS.test(detail.path)) detail.headers["X-CSRFToken"] = token();
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!isOurs(detail.xhr)) detail.shouldSwap = false; // some proxy's page, not an answer of ours
});

// Whatever an answer brings, the card in hand stays in the hand; and a trouble that is known is not told again.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const held = board?.lifted;
  if (held && (detail.target === held || detail.fragment.querySelector?.(`#${held.id}`))) detail.shouldSwap = false;
  if (["problem", "present"].includes(detail.target.id) && detail.target.textContent.trim() === detail.fragment.textContent.trim()) detail.shouldSwap = false;
});

// What is drawn again from an answer keeps the focus that was on it, and columns keep where they were scrolled to.
// Where a card is not drawn any more, its neighbour gets the focus, or its column.
const onCard = (card, active) => {
  const beside = [card.nextElementSibling, card.previousElementSibling].filter((each) => each?.matches(".card"));
  const column = placeOf(card).dataset.status;
  return [`#${card.id} ${active.matches(".card-menu") ? ".card-menu" : ".card-link"}`, ...beside.map(({ id }) => `#${id} .card-link`), `#fold-${column}`];
};
let before = null;
function keep() {
  const active = document.activeElement;
  const card = active?.closest?.(".card");
  const focus = card ? onCard(card, active) : active?.id ? [`#${active.id}`] : [];
  before = { focus, scrolls: [...document.querySelectorAll(".cards, .lanes")].map(({ id, scrollTop, scrollLeft }) => [id, scrollTop, scrollLeft]) };
}
function restore() {
  if (before && document.activeElement === document.body) before.focus.map((each) => document.querySelector(each)).find(Boolean)?.focus({ preventScroll: true });
  for (const [id, top, left] of before?.scrolls ?? []) {
    const list = document.getElementById(id);
    if (list && list.scrollTop !== top) list.scrollTop = top;
    if (list && list.scrollLeft !== left) list.scrollLeft = left;
  }
  before = null;
}
for (const event of ["htmx:beforeSwap", NEWS_BEFORE]) document.addEventListener(event, keep);
for (const event of ["htmx:afterRequest", NEWS_AFTER]) document.addEventListener(event, restore);
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt.matches(".look-choice") && detail.successful) wear(detail.requestConfig.parameters);
});

// What was chosen in the Display menu is worn at once, and its buttons say which it is.
const wear = (chosen) => {
  const worn = document.documentElement.dataset;
  for (const { name, value } of document.querySelectorAll(".look-choice button[name]")) if (chosen[name] === value) worn[name] = value;
  for (const button of document.querySelectorAll(".look-choice button[name]")) button.ariaPressed = worn[button.name] === button.value;
};
wear({});

// A move whose answer did not arrive, or was not ours: say so, and offer the very same intent again.
const lost = (form) => {
  const about = form.matches(".fact-form, .case-form") ? "lost-edit-notice" : "lost-notice";
  const notice = copyOf(about);
  const card = form.closest(".card");
  const [fields, home] = [Object.fromEntries(new FormData(form)), card?.home];
  notice.querySelector("[data-retry]").addEventListener("click", ({ target }) => {
    target.closest(".notice").remove();
    if (!card) form.requestSubmit();
    else if (!board.again(card.id, fields, home)) location.reload();
  });
  (form.closest("dialog") ?? document.getElementById("notices")).prepend(notice);
};
document.addEventListener(MOVE_LOST, ({ target }) => lost(target));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const unanswered = !isOurs(detail.xhr);
  if (unanswered && detail.elt.matches(".move-form, .again, .fact-form, .case-form")) lost(detail.elt);
});

// A move made without script is named in the address, so that its notice could be told. Once is enough.
const here = new URL(location);
if (["move", "edit"].some((name) => here.searchParams.has(name))) {
  for (const name of ["move", "edit"]) here.searchParams.delete(name);
  history.replaceState(history.state, "", here);
}
