// Many cases at once: what is wanted of the selected ones, by the bar or by dropping a stack; then how far it is.
// The server changes them one by one; each card that waits for its turn is marked, and placed by the news.

import { board, isOurs, notify } from "../dom.js";
import { MOVE_LOST, NEWS_AFTER, SELECTION_CHANGED, STACK_DROP } from "../events.js";
import { intent, seen } from "../forms/intent.js";
import { closable } from "../shell/dialogs.js";

const [bar, dialog, drop] = ["selection", "bulk-menu", "bulk-drop"].map((id) => document.getElementById(id));
const { selected } = board;
const copies = () => [...board.querySelectorAll(".card")].filter(({ dataset }) => selected.has(dataset.case));
const cards = () => [...new Map(copies().reverse().map((card) => [card.dataset.case, card])).values()].reverse(); // each once, also in lanes
const changed = () => board.dispatchEvent(new CustomEvent(SELECTION_CHANGED));

// What was seen of a card: where it stood, between whom of those that are not moved along with it, and how it looked.
function item(card) {
  const { seen_status: status, seen_position: position, seen_revision: revision } = seen(card, card.parentElement);
  return [card.dataset.case, status, position, ...around(card), revision].join(".");
}

function around(mark) {
  return ["previousElementSibling", "nextElementSibling"].map((step) => {
    let node = mark[step];
    while (node && (!node.matches(".card") || selected.has(node.dataset.case))) node = node[step];
    return node?.dataset.case ?? "";
  });
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt.matches(".bulk-form")) detail.parameters.items = cards().map(item);
});

// By the bar

let opener = null;
if (bar) askByTheBar(); // there is none where nobody may move a card; nor is anything below then heard of
function askByTheBar() {
  bar.addEventListener("click", async ({ target }) => {
    if (!target.matches("[data-bulk]")) return;
    opener = target;
    await htmx.ajax("GET", target.dataset.bulk, { target: dialog, swap: "innerHTML" }).catch(() => {});
    if (!dialog.querySelector("form")) return notify("no-menu");
    dialog.querySelector("[data-how-many]").textContent = `${selected.size} case${selected.size === 1 ? "" : "s"}`;
    dialog.showModal();
    dialog.querySelector("[name=status]")?.focus();
  });
  closable(dialog);
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    if (!bar.hidden) opener.focus();
  });
}

// By dropping a stack: each card stays at home until its own move is made

board.addEventListener(STACK_DROP, () => {
  const { lifted: card, stack, line, target: { column, list }, home } = board;
  const stoodOn = card.contains(document.activeElement);
  const sorted = board.querySelector(".sorted") !== null;
  const [above, below] = list && !sorted ? around(line.isConnected ? line : card) : [];
  board.cancel();
  if (stoodOn) card.querySelector(".card-link").focus();
  if (sorted && list?.id === home.list) return notify("sorted-notice");
  if (list && !sorted && standsSo([...list.querySelectorAll(".card")], stack, above)) return;
  const said = { intent: intent(), status: column.dataset.status, above, below, edge: above || below ? "" : "top" };
  for (const [name, value] of Object.entries(said)) drop.elements[name].value = value ?? "";
  drop.requestSubmit();
});

function standsSo(now, stack, above) {
  const others = now.filter((card) => !stack.includes(card));
  const at = others.findIndex(({ dataset }) => dataset.case === above) + 1;
  const then = [...others.slice(0, at), ...stack, ...others.slice(at)];
  return then.length === now.length && then.every((card, index) => card === now[index]);
}

// How far it is

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.elt.matches(".bulk-progress") || detail.xhr.status === 200) return;
  detail.shouldSwap = false; // it is asked again in a moment
  if (detail.xhr.status === 404) detail.elt.closest(".bulk").remove();
});

document.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, xhr } }) => {
  if (!requestConfig.elt.matches(".bulk-form")) return;
  if (requestConfig.elt === drop && !isOurs(xhr)) drop.dispatchEvent(new CustomEvent(MOVE_LOST, { bubbles: true }));
  if (dialog.open && !dialog.querySelector("form")) dialog.close();
  if (xhr.status !== 202) return;
  selected.clear(); // they are on their way; those to which it is not done come back
  changed();
  board.say(document.querySelector(".bulk-progress p")?.textContent ?? "");
});

function mark() {
  const waiting = new Set([...document.querySelectorAll(".bulk-progress")].flatMap(({ dataset }) => dataset.waiting.split(" ").filter(Boolean)));
  for (const card of board.querySelectorAll("[data-queued]")) if (!waiting.has(card.dataset.case)) queue(card, false);
  for (const card of waiting.size ? board.querySelectorAll(".card") : []) if (waiting.has(card.dataset.case)) queue(card, true);
  for (const notice of document.querySelectorAll(".bulk-notice[data-left]")) takeBack(notice);
}

function queue(card, on) {
  if (!card || card.matches("[data-queued]") === on) return;
  card.toggleAttribute("data-queued", on);
  if (on) card.setAttribute("aria-busy", "true");
  else card.removeAttribute("aria-busy");
}

function takeBack(notice) {
  for (const id of notice.dataset.left.split(" ").filter(Boolean)) selected.add(id);
  notice.removeAttribute("data-left");
  if (document.activeElement === document.body) notice.querySelector("button, a").focus();
  changed();
}

for (const event of ["htmx:afterRequest", NEWS_AFTER]) document.addEventListener(event, mark); // all that came has been drawn
mark();
