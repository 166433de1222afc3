// Cards by keys: walking from one to the next, carrying one that was picked up, and moving one at once. Which key does
// which is in shell/keys.js.

import { board, cardTitle, columnName, placeOf } from "../dom.js";

const cardsOf = (column) => [...column.querySelectorAll(".card")];
const nameOf = (column) => columnName(column.dataset.status);
const endOf = (column) => column.querySelector(".more, .empty");
const next = (place, across, isStop) => {
  const places = board.placesFor(place).filter((each) => each === place || isStop(each));
  return places[places.indexOf(place) + across];
};

export const held = (card) => card !== null && board.lifted === card && card.matches("[data-held]");

// Leaving the card by a click elsewhere is a change of mind, not a drop.
board.addEventListener("focusout", ({ target, relatedTarget }) => {
  const card = target.closest(".card[data-held]");
  if (card && relatedTarget && !card.contains(relatedTarget)) putDown(card);
});

export function pickUp(card) {
  if (!board.pick(card)) return waits(card);
  card.toggleAttribute("data-held", true);
  board.say(`${cardTitle(card)}: picked up. ${whereIs(card)}. Arrow keys move it, Space drops it, Escape cancels.`);
}

export function putDown(card) {
  board.cancel();
  card.querySelector(".card-link").focus();
  board.say(`${cardTitle(card)}: back where it was.`);
}

// From a card, or from whatever else of a column has the focus; from nowhere to the first card.
export function walk(from, across, down) {
  const [card, place] = [from.closest(".card"), placeOf(from)];
  if (!place) return from === document.body && board.querySelector('.card-link[tabindex="0"]')?.focus();
  const at = cardsOf(place).indexOf(card);
  const to = down ? cardsOf(place)[at + down] ?? (card && beyond(place, down)) : beside(place, across, at);
  to?.querySelector(".card-link").focus();
}

// In the lane above or below: the card of the same column that is nearest.
function beyond(place, down) {
  const cells = [...board.querySelectorAll(`.cell[data-status="${place.dataset.status}"]`)].filter((cell) => cell.querySelector(".card"));
  const cell = cells[cells.indexOf(place) + down];
  return cell && cardsOf(cell).at(down > 0 ? 0 : -1);
}

function beside(place, across, at) {
  const to = next(place, across, (each) => each.querySelector(".card"));
  return to && (cardsOf(to)[Math.max(at, 0)] ?? cardsOf(to).at(-1));
}

export function carry(card, across, down) {
  const here = board.target?.column ?? placeOf(card);
  if (down) return carryWithin(card, here, down);
  const to = next(here, across, (each) => !each.matches("[data-vanished]"));
  if (!to) return;
  const cards = cardsOf(to).filter((other) => other !== card);
  const at = cardsOf(placeOf(card)).indexOf(card);
  put(card, to, cards[at] ?? endOf(to));
}

function carryWithin(card, column, down) {
  const cards = cardsOf(column);
  const at = cards.indexOf(card);
  if (at < 0 || !cards[at + down]) return;
  put(card, column, down < 0 ? cards[at - 1] : cards[at + 2] ?? endOf(column));
}

function put(card, column, before, edge) {
  board.aim(column, before, { carry: true, edge });
  card.querySelector(".card-link").focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  column.scrollIntoView({ block: "nearest", inline: "nearest" });
  board.say(column.contains(card) ? whereIs(card) : `${nameOf(column)}, folded: it would go to the top`);
}

// At once: picked up, carried and dropped by one key.

export function moveAcross(card, step) {
  const to = next(placeOf(card), step, (each) => !each.matches("[data-vanished]"));
  if (!to) return board.say(`There is no column to the ${step < 0 ? "left" : "right"} of ${nameOf(placeOf(card))}.`);
  moveNow(card, to, to.querySelector(".card") ?? endOf(to));
}

export function moveWithin(card, step) {
  const column = placeOf(card);
  const cards = cardsOf(column);
  const at = cards.indexOf(card);
  if (!cards[at + step]) return board.say(`${cardTitle(card)}: already at the ${step < 0 ? "top" : "end"} of ${nameOf(column)}.`);
  moveNow(card, column, step < 0 ? cards[at - 1] : cards[at + 2] ?? endOf(column));
}

// The last card that is drawn is not the last of a column that goes on.
export function moveToEdge(card, step) {
  const column = placeOf(card);
  const cards = cardsOf(column);
  const goesOn = step > 0 && column.querySelector(".more") !== null;
  if (!goesOn && cards.at(step < 0 ? 0 : -1) === card) return moveWithin(card, step);
  moveNow(card, column, step < 0 ? cards[0] : endOf(column), goesOn ? "bottom" : "");
}

function moveNow(card, column, before, edge) {
  if (!board.pick(card)) return waits(card);
  put(card, column, before, edge);
  board.drop();
}

function waits(card) {
  if (card.matches("[aria-busy=true]")) board.say(`${cardTitle(card)}: still waiting for the answer to its last move.`);
}

function whereIs(card) {
  const column = placeOf(card);
  return `${nameOf(column)}, place ${cardsOf(column).indexOf(card) + 1}`;
}
