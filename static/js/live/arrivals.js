// What news brings: a card that already stands so is left alone, with its focus and its light. The others get a short
// ring, and one sentence for those who do not see it.

import { board, cardTitle, columnName } from "../dom.js";
import { NEWS_AFTER, NEWS_BEFORE } from "../events.js";

const SOON = 1000; // milliseconds in which what comes is said together
const columnOf = (card) => columnName(card.closest("[data-status]").dataset.status);
const looks = (card) => {
  return [card.dataset.position, card.matches("[data-attention]"), card.dataset.seen, card.textContent.replace(/\s+/g, " ")].join("|");
};

let [alike, differing] = [new Set(), new Map()]; // ids of cards; of those that differ, what was known of them before

document.addEventListener(NEWS_BEFORE, ({ detail: html }) => {
  const answer = new DOMParser().parseFromString(html, "text/html");
  for (const { content } of answer.querySelectorAll("template")) {
    const [gone, ...lists] = content.children;
    const placed = new Map(lists.map((list) => [list.firstElementChild.id, list]));
    for (const id of new Set([...copiesOf(gone), ...placed.keys()])) compare(id, placed.get(id));
  }
});

// In lanes a case can have several cards.
const copiesOf = ({ id, dataset }) => (id ? [id] : [...board.querySelectorAll(`.card[data-case="${dataset.case}"]`)].map((card) => card.id));

// Placements come from the top of each column down: whoever stands below one that moves has to move as well.
function compare(id, list) {
  const card = document.getElementById(id);
  const above = list && document.querySelector(list.getAttribute("hx-swap-oob").replace("afterend:", ""));
  const same = list ? card && above && !differing.has(above.id) && card.previousElementSibling === above && looks(card) === looks(list.firstElementChild) : !card;
  if (same || card?.contains(board.lifted)) alike.add(id);
  else differing.set(id, { case: card?.dataset.case, title: card && cardTitle(card), column: card && columnOf(card), look: card && looks(card) });
}

document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const id = detail.target.matches(".card") && !detail.fragment.querySelector?.(".card") ? detail.target.id : detail.fragment.querySelector?.(".card")?.id;
  if (alike.has(id)) detail.shouldSwap = false;
});

document.addEventListener(NEWS_AFTER, () => {
  const cases = new Map(); // each is told of once, by the card of it that was here and still is, if there is one
  for (const [id, before] of differing) {
    const card = document.getElementById(id);
    card?.toggleAttribute("data-arrived", true);
    const uuid = before.case ?? card?.dataset.case;
    const known = cases.get(uuid) ?? {};
    cases.set(uuid, known.card && known.before.title ? known : { card: card ?? known.card, before: before.title ? before : known.before ?? before });
  }
  for (const { card, before } of cases.values()) tell(card, before);
  [alike, differing] = [new Set(), new Map()];
});
board.addEventListener("animationend", ({ target }) => target.removeAttribute("data-arrived"));

function tell(card, { title, column, look }) {
  if (!card) return column && say(`${title} is not in ${column} any more`);
  if (!column) return say(`${cardTitle(card)} is new in ${columnOf(card)}`);
  if (column !== columnOf(card)) return say(`${cardTitle(card)} moved to ${columnOf(card)}`);
  say(`${cardTitle(card)} ${look === looks(card) ? `moved within ${column}` : "changed"}`);
}

let said = [];
function say(sentence) {
  if (document.querySelector(".bulk")) return; // many cases at once: that is told by itself
  said.push(sentence);
  if (said.length > 1) return;
  setTimeout(() => {
    board.say(said.length === 1 ? `${said[0]}.` : `${said.length} cases changed.`);
    said = [];
  }, SOON);
}
