// The board by keys: arrows walk from card to card; Space picks up, arrows carry, Space or Enter drops, Escape cancels.

const board = document.getElementById("board");
const cardsOf = (column) => [...column.querySelectorAll(".card")];
const placeOf = (card) => card.closest(".column, .cell");
const nameOf = (column) => document.getElementById(`name-${column.dataset.status}`).textContent.trim();
const titleOf = (card) => card.querySelector(".card-link").textContent.trim().replace(/\s*\n\s*/g, ", ");
const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

board.addEventListener("keydown", (event) => {
  const card = event.target.closest(".card");
  if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
  const held = board.lifted === card && card.matches("[data-held]");
  if (STEPS[event.key]) (held ? carry : walk)(card, ...STEPS[event.key]);
  else if (held && (event.key === " " || event.key === "Enter")) board.drop();
  else if (held && (event.key === "Escape" || event.key === "Tab")) return putDown(card);
  else if (event.key === " " && !board.lifted && event.target.matches(".card-link")) pickUp(card);
  else if (event.key === "m" && !board.lifted) card.querySelector(".card-menu")?.click();
  else return;
  event.preventDefault();
});

// Leaving the card by a click elsewhere is a change of mind, not a drop.
board.addEventListener("focusout", ({ target, relatedTarget }) => {
  const card = target.closest(".card[data-held]");
  if (card && relatedTarget && !card.contains(relatedTarget)) putDown(card);
});
board.addEventListener("focusin", () => board.rove());

function pickUp(card) {
  if (!board.pick(card)) return;
  card.toggleAttribute("data-held", true);
  board.say(`${titleOf(card)}: picked up. ${whereIs(card)}. Arrow keys move it, Space drops it, Escape cancels.`);
}

function putDown(card) {
  board.cancel();
  card.querySelector(".card-link").focus();
  board.say(`${titleOf(card)}: back where it was.`);
}

function walk(card, across, down) {
  const cards = cardsOf(placeOf(card));
  const at = cards.indexOf(card);
  const next = down ? cards[at + down] ?? beyond(card, down) : beside(card, across, at);
  next?.querySelector(".card-link").focus();
}

// In the lane above or below: the card of the same column that is nearest.
function beyond(card, down) {
  const cells = [...board.querySelectorAll(`.cell[data-status="${placeOf(card).dataset.status}"]`)].filter((cell) => cell.querySelector(".card"));
  const cell = cells[cells.indexOf(placeOf(card)) + down];
  return cell && cardsOf(cell).at(down > 0 ? 0 : -1);
}

function beside(card, across, at) {
  const columns = board.placesFor(card).filter((column) => column.querySelector(".card"));
  const cards = columns[columns.indexOf(placeOf(card)) + across];
  return cards && (cardsOf(cards)[at] ?? cardsOf(cards).at(-1));
}

function carry(card, across, down) {
  const here = board.target?.column ?? placeOf(card);
  if (down) return carryWithin(card, here, down);
  const columns = board.placesFor(card).filter((column) => !column.matches("[data-vanished]"));
  const to = columns[columns.indexOf(here) + across];
  if (!to) return;
  const cards = cardsOf(to).filter((other) => other !== card);
  const at = cardsOf(placeOf(card)).indexOf(card);
  put(card, to, cards[at] ?? to.querySelector(".more, .empty"));
}

function carryWithin(card, column, down) {
  const cards = cardsOf(column);
  const at = cards.indexOf(card);
  if (at < 0 || !cards[at + down]) return;
  put(card, column, down < 0 ? cards[at - 1] : cards[at + 2] ?? column.querySelector(".more, .empty"));
}

function put(card, column, before) {
  board.aim(column, before, { carry: true });
  card.querySelector(".card-link").focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  column.scrollIntoView({ block: "nearest", inline: "nearest" });
  board.say(column.contains(card) ? whereIs(card) : `${nameOf(column)}, folded: it would go to the top`);
}

function whereIs(card) {
  const column = placeOf(card);
  return `${nameOf(column)}, place ${cardsOf(column).indexOf(card) + 1}`;
}
