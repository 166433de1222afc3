// While a card is in hand on a narrow screen, a bar at its bottom has every status, as a finger cannot well carry a card
// to a column that is out of sight. It shows what the picker shows.

import { narrow, placeOf } from "../dom.js";

const bar = document.getElementById("drop-bar");
const row = bar.querySelector("ul");

export function raise(card) {
  if (!narrow.matches) return;
  row.replaceChildren(...[...document.querySelectorAll("#picker li:not([data-vanished])")].map(targetOf));
  bar.hidden = false;
  const here = row.querySelector(`[data-entry="${placeOf(card).dataset.status}"]`);
  row.scrollLeft = here ? here.offsetLeft + here.offsetWidth / 2 - row.clientWidth / 2 : 0;
}

export function lower() {
  bar.hidden = true;
  row.replaceChildren();
}

function targetOf(entry) {
  const target = entry.cloneNode(true);
  for (const node of target.querySelectorAll("*")) for (const name of ["id", "href", "aria-current"]) node.removeAttribute(name);
  return target;
}

// The entry under the finger, which is lit; null for none, and for Cancel.
export function over(node) {
  bar.querySelector("[data-over]")?.removeAttribute("data-over");
  const target = node?.closest("#drop-bar :is(li, .drop-cancel)");
  target?.toggleAttribute("data-over", true);
  return target?.matches("li") ? target : null;
}

const isBar = (node) => node?.closest("#drop-bar") === bar;
export const rowUnder = (node) => (isBar(node) ? row : null);
export const topUnder = (node) => (isBar(node) ? bar.getBoundingClientRect().top : null);
