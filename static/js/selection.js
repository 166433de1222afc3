// Selecting cards: a checkbox on each, Ctrl- or Shift-click anywhere on it, `x` and Ctrl+A by keys; Escape lets go of all.
// What is selected are cases, so that it survives their being drawn anew; a card that goes is selected no more.

const board = document.getElementById("board");
const bar = document.getElementById("selection");
const { selected } = board;
const cardsIn = (list) => [...(list?.querySelectorAll(".card:has(.pick)") ?? [])];
let last = null; // the case that a range begins at

function select(cards, on) {
  for (const card of cards) selected[on ? "add" : "delete"](card.dataset.case);
  mark();
  board.say(selected.size ? `${selected.size} selected` : "Nothing is selected");
}

function toggle(card, range) {
  const cards = cardsIn(card.parentElement);
  const [from, to] = [cards.findIndex(({ dataset }) => dataset.case === last), cards.indexOf(card)];
  last = card.dataset.case;
  if (range && from >= 0) return select(cards.slice(Math.min(from, to), Math.max(from, to) + 1), true);
  select([card], !selected.has(card.dataset.case));
}

function all(column, on) {
  select(cardsIn(column), on);
  if (on && column.querySelector(".more")) board.say(`${selected.size} selected. The column has more: scroll down to reach them.`);
}

// Draw what is selected, after whatever was drawn anew.
function mark() {
  for (const id of selected) if (!document.getElementById(`card-${id}`)) selected.delete(id);
  if (!selected.size && !board.matches("[data-selecting]")) return;
  board.toggleAttribute("data-selecting", selected.size > 0);
  for (const card of board.querySelectorAll(".card:has(.pick)")) {
    const on = selected.has(card.dataset.case);
    card.toggleAttribute("data-selected", on);
    card.querySelector(".pick").checked = on;
  }
  for (const box of board.querySelectorAll(".pick-all")) {
    const cards = cardsIn(box.closest(".column"));
    const count = cards.filter(({ dataset }) => selected.has(dataset.case)).length;
    [box.checked, box.indeterminate] = [count > 0 && count === cards.length, count > 0 && count < cards.length];
  }
  bar.hidden = !selected.size;
  bar.querySelector("[data-count]").textContent = selected.size;
}

board.addEventListener("selection", mark); // somebody else changed what is selected
document.addEventListener("htmx:afterRequest", mark); // by then all that came has been drawn
for (const box of board.querySelectorAll(":is(.pick, .pick-all):checked")) box.checked = false; // as a browser remembers it

// Before anything else hears of it: with these keys held a click selects and opens nothing.
board.addEventListener("click", (event) => {
  const card = event.target.closest(".card:has(.pick)");
  const box = event.target.closest(".pick");
  if (!card || (!box && !(event.ctrlKey || event.metaKey || event.shiftKey)) || event.target.closest(".card-menu")) return;
  event.stopPropagation();
  if (!box) event.preventDefault();
  toggle(card, event.shiftKey);
}, true);
board.addEventListener("change", ({ target }) => target.matches(".pick-all") && all(target.closest(".column"), target.checked));
bar.querySelector("[data-clear]").addEventListener("click", () => {
  select(cardsIn(board), false);
  board.querySelector(".card-link[tabindex='0']")?.focus();
});

board.addEventListener("keydown", (event) => {
  if (event.altKey || event.shiftKey || board.lifted || event.target.closest("input:not(.pick, .pick-all)")) return;
  const [card, column] = [event.target.closest(".card:has(.pick)"), event.target.closest(".column")];
  const control = event.ctrlKey || event.metaKey;
  if (event.key === "x" && card && !control) toggle(card);
  else if (event.key.toLowerCase() === "a" && control && column?.querySelector(".card")) all(column, true);
  else return;
  event.preventDefault();
});

// Asked before the drags are, as one that is under way is what Escape cancels first.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !selected.size || board.lifted || document.querySelector("dialog[open]")) return;
  if (!event.target.closest("input:not(.pick, .pick-all), textarea, select, .panel")) select(cardsIn(board), false);
}, true);
