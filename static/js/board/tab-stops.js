// One tab stop a column, or a lane: its first card, or whichever was last stood on; and whose button is whose. On a board
// of thousands only what changed is looked at.

import { board, cardTitle } from "../dom.js";

const groupOf = (node) => node.closest(document.getElementById("lanes") ? ".lane" : ".cards");
const cardsIn = (node) => (node.matches?.(".card") ? [node] : node.querySelectorAll?.(".card") ?? []);
const stopIn = (group) => group.querySelector('.card-link[tabindex="0"]')?.closest(".card");
const reach = (card, on) => card.querySelectorAll("a, .pick").forEach((link) => (link.tabIndex = on ? 0 : -1));

function stand(card) {
  const group = card && groupOf(card);
  if (!group) return;
  const before = stopIn(group);
  if (before && before !== card) reach(before, false);
  reach(card, true);
}

// For those who hear them one by one. Said on every card, it would be a tenth of the page.
function name(card) {
  const title = cardTitle(card);
  card.querySelector(".pick")?.setAttribute("aria-label", `Select ${title}`);
  card.querySelector(".card-menu")?.setAttribute("aria-label", `Move ${title} to…`);
}

function seat(added) {
  const groups = new Set();
  for (const card of added) {
    if (!card.isConnected) continue;
    // A card that moved on while a column was scrolled may come a second time: the one that came last is right. But one
    // that waits for its answer, or is in hand, stays: its answer would find nobody, and draws it anew in any case.
    const others = [...board.querySelectorAll(`#${card.id}`)].filter((other) => other !== card);
    if (others.some((other) => other.matches("[aria-busy=true], [data-lifted], [data-held]"))) card.remove();
    else for (const other of others) other.remove();
    if (!card.isConnected) continue;
    reach(card, false);
    name(card);
    groups.add(groupOf(card));
  }
  return groups;
}

function look(records) {
  const groups = seat(new Set(records.flatMap(({ addedNodes }) => [...addedNodes].flatMap((node) => [...cardsIn(node)]))));
  for (const { target } of records) groups.add(groupOf(target));
  for (const group of groups) if (group) stand(group.querySelector(".card:focus-within") ?? stopIn(group) ?? group.querySelector(".card"));
}

board.addEventListener("focusin", ({ target }) => stand(target.closest(".card")));
new MutationObserver(look).observe(board, { childList: true, subtree: true });
look([{ target: board, addedNodes: [board] }]);
