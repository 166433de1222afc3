// Selecting cards: a checkbox on each, Ctrl- or Shift-click anywhere on it, `x` and Ctrl+A by keys; Escape lets go of all.
// What is selected are cases, so that it survives their being drawn anew; a card that goes is selected no more.

import { board, placeOf } from "../dom.js";
import { CARD_SELECT, COLUMN_SELECT, NEWS_AFTER, SELECTION_CHANGED, SELECTION_CLEAR } from "../events.js";

const bar = document.getElementById("selection"); // none where nobody may move a card
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
  if (!selected.size && !board.matches("[data-selecting]")) return;
  const cards = [...board.querySelectorAll(".card")];
  const here = new Set(cards.map(({ dataset }) => dataset.case));
  for (const id of selected) if (!here.has(id)) selected.delete(id);
  board.toggleAttribute("data-selecting", selected.size > 0);
  for (const card of cards) draw(card, selected.has(card.dataset.case));
  for (const box of board.querySelectorAll(".pick-all")) {
    const [all, some] = [".pick", ".card[data-selected]"].map((each) => placeOf(box).querySelectorAll(each).length);
    [box.checked, box.indeterminate] = [some > 0 && some === all, some > 0 && some < all];
  }
  bar.hidden = !selected.size;
  bar.querySelector("[data-count]").textContent = selected.size;
}

function draw(card, on) {
  const pick = card.querySelector(".pick");
  if (!pick || (card.matches("[data-selected]") === on && pick.checked === on)) return;
  card.toggleAttribute("data-selected", on);
  pick.checked = on;
}

if (bar) listen();
function listen() {
  board.addEventListener(SELECTION_CHANGED, mark); // somebody else changed what is selected
  for (const event of ["htmx:afterRequest", NEWS_AFTER]) document.addEventListener(event, mark); // all that came has been drawn
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
  board.addEventListener("change", ({ target }) => target.matches(".pick-all") && all(placeOf(target), target.checked));
  bar.querySelector("[data-clear]").addEventListener("click", () => {
    select(cardsIn(board), false);
    board.querySelector(".card-link[tabindex='0']")?.focus();
  });

  // By keys, which shell/keys.js knows.
  board.addEventListener(CARD_SELECT, ({ target }) => target.matches(":has(.pick)") && toggle(target));
  board.addEventListener(COLUMN_SELECT, ({ target }) => all(placeOf(target), true));
  board.addEventListener(SELECTION_CLEAR, () => selected.size && select(cardsIn(board), false));
}
