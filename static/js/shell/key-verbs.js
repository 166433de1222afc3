// What keys do besides moving cards. Each reaches for what is on the page, and answers false if that is not there.

import { board } from "../dom.js";
import { ASK_NEWS, SELECTION_CLEAR } from "../events.js";

const LONG = 5000; // milliseconds that a case may take to open

export function follow(selector, nth = 0) {
  const link = document.querySelectorAll(selector)[nth];
  link?.click();
  return link !== undefined;
}

export function search() {
  const field = document.getElementById("search");
  field?.focus();
  field?.select();
  return field !== null;
}

export function filter() {
  const summary = document.querySelector("#filters summary");
  if (summary && !summary.parentElement.open) summary.click();
  summary?.focus();
  return summary !== null;
}

export function choosePlace(card) {
  const menu = card.querySelector(".card-menu");
  menu?.click();
  return menu !== null;
}

export function open(card, key, { target }) {
  if (key === "Enter" && !target.matches(".card-link")) return false; // whatever else has the focus does what it does
  card.querySelector(".card-link").click();
  return true;
}

export function create(column) {
  const button = column.querySelector(".new-case");
  button?.click();
  return button !== null;
}

// The button stays while its column is drawn anew, and so does the focus on it.
export function fold(column, folded) {
  const button = column.querySelector(".fold button");
  if (!button || column.matches("[data-folded]") === folded) return false;
  const { id } = column;
  document.addEventListener("htmx:afterSettle", () => !folded && document.querySelector(`#${id} .card-link`)?.focus(), { once: true });
  button.focus();
  button.click();
  return true;
}

export function select(card, what) {
  card.dispatchEvent(new CustomEvent(what, { bubbles: true }));
}

export function news() {
  board.say("Looking for what is new.");
  htmx.trigger("#as-of", ASK_NEWS);
}

// Menus and an open case close themselves, before this is asked.
export function escape() {
  board.dispatchEvent(new CustomEvent(SELECTION_CLEAR, { bubbles: true }));
}

// Opens the case, and one of its facts for editing as soon as that is there and htmx knows it. It is not where it cannot
// be edited.
let wanted = null;
export function edit(card, field) {
  if (!document.getElementById("case-panel")) return false;
  if (begin(card.dataset.case, field)) return true;
  wanted = { uuid: card.dataset.case, field, until: Date.now() + LONG };
  card.querySelector(".card-link").click();
  return true;
}

document.addEventListener("htmx:load", () => {
  if (wanted && (Date.now() > wanted.until || begin(wanted.uuid, wanted.field))) wanted = null;
});

function begin(uuid, field) {
  const control = document.querySelector(`#case-panel #fact-${field} [data-edit]`);
  if (!control?.closest(`[data-opened="${uuid}"]`) && !control?.matches(`[hx-get*="${uuid}"]`)) return false;
  control.click();
  return true;
}
