// A case opened over the board: by a click, Enter or o on its card, by the address, or by Back. The board stays where it
// is, and alive.

import { board, narrow, notify, opensElsewhere } from "../dom.js";
import { BOARD_DRAWN } from "../events.js";
import { keepIn } from "../forms/drafts.js";

const SOON = 50; // milliseconds in which what happens on the board is one reason to look again
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const panel = document.getElementById("case-panel");
const isOpen = () => panel.firstElementChild !== null;
const opened = () => panel.querySelector("[data-opened]")?.dataset.opened ?? "";
const addressed = () => new URLSearchParams(location.search).get("case") ?? "";
let [wanted, ticket, from] = [opened(), 0, ""]; // which is asked for, the how manieth time, and by which card

// Opening

document.addEventListener("click", (event) => {
  const card = event.target.closest?.("#board .card");
  if (!card || event.defaultPrevented || opensElsewhere(event) || event.altKey) return;
  if (event.target.closest(".card-menu, button, input")) return;
  event.preventDefault();
  from = card.id; // in lanes a case has several
  open(card.dataset.case).then((here) => here && tell(card.dataset.case));
});

async function open(uuid) {
  const mine = ++ticket;
  wanted = uuid;
  const answered = await htmx.ajax("GET", `${panel.dataset.cases}${uuid}/`, { source: panel, target: panel, swap: "innerHTML" }).then(() => true, () => false);
  if (mine !== ticket) return false; // another one, or none, was asked for meanwhile
  if (opened() === uuid) {
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
    return true;
  }
  wanted = opened();
  if (!answered) notify("no-case");
  if (!wanted) shut();
  return false;
}

// What the panel holds no more has nothing to say: its answers must not be drawn into what took its place.
const hush = () => panel.querySelectorAll(".htmx-request").forEach((each) => htmx.trigger(each, "htmx:abort"));
const clear = () => {
  hush();
  keepIn(panel);
};
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target !== panel) return;
  if (!detail.pathInfo.requestPath.includes(wanted || "nothing")) detail.shouldSwap = false;
  else if (detail.shouldSwap) clear();
});

// The address

function address(uuid) {
  const url = new URL(location);
  if (uuid) url.searchParams.set("case", uuid);
  else url.searchParams.delete("case");
  return url;
}

function tell(uuid) {
  if (addressed()) history.replaceState(history.state, "", address(uuid));
  else history.pushState({ panel: true, opening: Date.now() }, "", address(uuid));
}

// An entry is of one opening, whatever else changes in the address meanwhile. One that was closed by another entry than
// its first is not opened again by Back.
const done = new Set();
if (addressed() && !history.state?.opening) history.replaceState({ ...history.state, opening: Date.now() }, "");

addEventListener("popstate", () => {
  if (done.has(history.state?.opening)) history.replaceState(null, "", address(""));
  const uuid = addressed();
  if (!UUID.test(uuid)) return isOpen() && shut();
  if (uuid !== opened()) open(uuid);
});

// Closing

function close() {
  if (history.state?.panel) return history.back();
  if (history.state?.opening) done.add(history.state.opening);
  history.replaceState(null, "", address(""));
  shut();
}

function shut() {
  const uuid = opened() || addressed();
  const copies = [...board.querySelectorAll(`.card[data-case="${UUID.test(uuid) ? uuid : ""}"]`)];
  const card = copies.find(({ id }) => id === from) ?? copies[0] ?? board;
  const inside = panel.contains(document.activeElement) || document.activeElement === document.body;
  clear();
  [wanted, ticket] = ["", ticket + 1];
  panel.replaceChildren();
  cover();
  if (addressed()) history.replaceState(null, "", address(""));
  if (inside) (card.querySelector(".card-link") ?? board.querySelector('.card-link[tabindex="0"]'))?.focus({ preventScroll: true });
}

// On a narrow screen it covers all the rest, which is then nowhere for the focus to go.
function cover() {
  for (const each of document.querySelectorAll(".top, .stage > :not(#case-panel), #bulk-bar")) each.inert = narrow.matches && isOpen();
}
new MutationObserver(cover).observe(panel, { childList: true });
narrow.addEventListener("change", cover);
cover();

panel.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close]")) return;
  event.preventDefault();
  close();
});

// Escape first puts down what is in hand, closes a dialog, or leaves a field.
let busy = false;
addEventListener("keydown", () => (busy = board.lifted !== null || document.querySelector("dialog[open]") !== null), true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || busy || !isOpen()) return;
  if (event.target.closest("input:not([readonly]), textarea, select, .fact-form")) return;
  event.preventDefault();
  close();
});

// Staying true: whenever the board was drawn anew somewhere, the panel asks whether that is news to it.
let timer = null;
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
  if (!detail.target.matches(".column-header, #board") || !opened()) return;
  timer ??= setTimeout(() => {
    timer = null;
    if (opened()) htmx.trigger("#case-header", BOARD_DRAWN);
  }, SOON);
});
