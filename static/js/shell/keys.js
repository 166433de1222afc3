// Every key of the board: what it does in words, when it applies, and how. The help, key-help.js, shows this table.

import { carry, held, moveAcross, moveToEdge, moveWithin, pickUp, putDown, walk } from "../board/keyboard-drag.js";
import { board } from "../dom.js";
import { CARD_SELECT, COLUMN_SELECT } from "../events.js";
import { choosePlace, create, edit, escape, filter, fold, follow, news, open, search, select } from "./key-verbs.js";
import { undo } from "./undo.js";

const columnOf = (focus) => {
  const place = focus.closest("#board :is(.column, .cell)");
  return place && document.getElementById(`column-${place.dataset.status}`); // in lanes what is done to it stands in its head
};
const free = (node) => board.lifted === null && node;

// When: in words, and what of the page a key is then for, seen from what has the focus.
const HAND = { words: "With a card in hand", of: (focus) => held(focus.closest(".card")) && focus.closest(".card") };
const CARD = { words: "On a card", of: (focus) => free(focus.closest("#board .card")) };
const COLUMN = { words: "In a column", of: (focus) => free(columnOf(focus)) };
const PAGE = { words: "Anywhere on the board", of: (focus) => free(focus) };

const [LEFT, RIGHT, UP, DOWN] = [[-1, 0], [1, 0], [0, -1], [0, 1]];
const STEPS = { ArrowLeft: LEFT, ArrowDown: DOWN, ArrowUp: UP, ArrowRight: RIGHT, h: LEFT, j: DOWN, k: UP, l: RIGHT };
const steps = Object.keys(STEPS);
const step = (key) => (key.endsWith("Up") ? -1 : 1);

export const KEYS = [
  { keys: steps, does: "Next card or column", when: PAGE, how: (from, key) => walk(from, ...STEPS[key]) },
  { keys: ["/"], does: "Search", when: PAGE, how: search },
  { keys: ["f"], does: "Filter", when: PAGE, how: filter },
  { keys: ["q"], does: "My cases", when: PAGE, how: () => follow('a[data-view="mine"]') },
  { keys: [..."123456789"], shown: "1 – 9", does: "Saved view by its place in the list", when: PAGE, how: (_, key) => follow("a[data-view]", key - 1) },
  { keys: ["0"], does: "Clear all filters", when: PAGE, how: () => follow("a[data-clear]") },
  { keys: ["u", "Ctrl+z"], does: "Undo the last move", when: PAGE, how: undo },
  { keys: ["r"], does: "Look for what is new", when: PAGE, how: news },
  { keys: ["Escape"], does: "Close what is open, or clear the selection", when: PAGE, how: escape },
  { keys: ["?"], does: "Show this list", when: PAGE, how: () => document.getElementById("keys").showModal() },

  { keys: ["n"], does: "New case in this column", when: COLUMN, how: create },
  { keys: ["["], does: "Fold the column", when: COLUMN, how: (column) => fold(column, true) },
  { keys: ["]"], does: "Open the column again", when: COLUMN, how: (column) => fold(column, false) },

  { keys: ["Enter", "o"], does: "Open the case", when: CARD, how: open },
  { keys: ["m"], does: "Move to…: choose the column and the place", when: CARD, how: choosePlace },
  { keys: ["<"], does: "Move to the top of the column on the left", when: CARD, how: (card) => moveAcross(card, -1) },
  { keys: [">"], does: "Move to the top of the column on the right", when: CARD, how: (card) => moveAcross(card, 1) },
  { keys: ["Shift+ArrowUp", "Shift+ArrowDown"], does: "Move one place up or down", when: CARD, how: (card, key) => moveWithin(card, step(key)) },
  { keys: ["Ctrl+ArrowUp", "Ctrl+ArrowDown"], does: "Move to the top or bottom of its column", when: CARD, how: (card, key) => moveToEdge(card, step(key)) },
  { keys: ["e"], does: "Edit the name", when: CARD, how: (card) => edit(card, "name") },
  { keys: ["a"], does: "Assign", when: CARD, how: (card) => edit(card, "people") },
  { keys: ["d"], does: "Set the review date", when: CARD, how: (card) => edit(card, "review_at") },
  { keys: ["x"], does: "Select the case, or leave it out again", when: CARD, how: (card) => select(card, CARD_SELECT) },
  { keys: ["Ctrl+a"], does: "Select every case of the column", when: CARD, how: (card) => select(card, COLUMN_SELECT) },

  { keys: [" "], does: "Pick the card up", when: CARD, how: (card, _, { target }) => target.matches(".card-link") && pickUp(card) },
  { keys: steps, does: "Carry it", when: HAND, how: (card, key) => carry(card, ...STEPS[key]) },
  { keys: [" ", "Enter"], does: "Drop it here", when: HAND, how: () => board.drop() },
  { keys: ["Escape", "Tab"], does: "Put it back where it was", when: HAND, how: (card, key) => (putDown(card), key !== "Tab") },
];

// As the table spells it. For what is not a letter, only the character that it makes counts: [ is typed with Shift, Alt
// or AltGr, depending on the keyboard.
function spelled(event) {
  const { key } = event;
  if (/^[^\p{L}\s]$/u.test(key) && (!event.ctrlKey || event.getModifierState("AltGraph")) && !event.metaKey) return key;
  const with_ = [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", event.shiftKey && (event.ctrlKey || (key.length > 1 && key !== "Tab")) && "Shift"];
  return [...with_.filter(Boolean), key.length === 1 ? key.toLowerCase() : key].join("+");
}

// A key that can be typed by accident, or spoken by software that listens: WCAG 2.1.4 wants a way to switch it off.
const isSingle = (key) => key.length === 1 && key !== " ";
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog";

document.addEventListener("keydown", (event) => {
  const key = spelled(event);
  if (event.defaultPrevented || event.isComposing || event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
  if (isSingle(key) && document.documentElement.dataset.letters === "off") return;
  for (const { keys, when, how } of KEYS) {
    const what = keys.includes(key) && when.of(event.target);
    if (what && how(what, key, event) !== false) return event.preventDefault();
  }
});
