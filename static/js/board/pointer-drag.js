// Dragging by mouse, pen and touch. A mouse drags after 5 px; a finger holds still for 250 ms first, so that scrolling
// never grabs a card.

import { board } from "../dom.js";
import { lower, over, raise, rowUnder, topUnder } from "./drop-bar.js";

const [SLOP, TOUCH_SLOP, HOLD, EDGE] = [5, 8, 250, 80];
let grip = null; // {card, id, touch, x, y, dx, dy, timer, ghost, moved, under}

board.addEventListener("pointerdown", (event) => {
  const card = event.target.closest(".card");
  if (!card || event.button !== 0 || grip || event.target.closest(".card-menu, .pick") || board.lifted) return;
  const box = card.getBoundingClientRect();
  const touch = event.pointerType === "touch";
  grip = { card, id: event.pointerId, touch, x: event.clientX, y: event.clientY, fromX: event.clientX, fromY: event.clientY };
  Object.assign(grip, { dx: event.clientX - box.left, dy: event.clientY - box.top, width: box.width, height: box.height });
  if (touch) grip.timer = setTimeout(start, HOLD);
});

function start() {
  if (!board.pick(grip.card)) return end();
  grip.card.toggleAttribute("data-lifted", true);
  grip.ghost = grip.card.cloneNode(true);
  for (const name of ["id", "data-case", "data-position", "data-lifted"]) grip.ghost.removeAttribute(name);
  if (board.stack.length > 1) grip.ghost.dataset.stack = board.stack.length;
  grip.ghost.classList.add("drag-ghost");
  grip.ghost.setAttribute("aria-hidden", "true");
  grip.ghost.inert = true;
  grip.ghost.style.inlineSize = `${grip.width}px`;
  document.body.append(grip.ghost);
  grip.ghost.setPointerCapture(grip.id); // whose cursor is then shown: one for all cards would draw each of them anew
  raise(grip.card);
  grip.moved = true;
  frame();
}

addEventListener("pointermove", (event) => {
  if (event.pointerId !== grip?.id) return;
  [grip.x, grip.y] = [event.clientX, event.clientY];
  if (grip.ghost) return (grip.moved = true);
  const far = Math.hypot(grip.x - grip.fromX, grip.y - grip.fromY);
  if (grip.touch && far > TOUCH_SLOP) end();
  else if (!grip.touch && far > SLOP) start();
});

// Once a frame, and only where something moved: to ask what is under the pointer is most of the work on a long board.
function frame() {
  look();
  grip.moved = scroll();
  grip.frame = requestAnimationFrame(frame);
}

function look() {
  if (!grip.moved) return;
  grip.moved = false;
  grip.under = document.elementFromPoint(grip.x, grip.y);
  follow(grip.under);
  aim(grip.under);
}

function follow(under) {
  const bar = topUnder(under); // it would hide the bar: it stays above that
  const top = bar === null ? grip.y - grip.dy : bar - grip.height - 8;
  grip.ghost.style.translate = `${grip.x - grip.dx}px ${top}px`;
}

function aim(under) {
  const entry = over(under);
  const column = placeAt(entry ?? under);
  if (!column || column.matches("[data-vanished]")) return board.aim(null);
  const list = column.querySelector(".cards");
  board.aim(column, list && (entry ? topOf(list) : beforeWhich(list, under)));
}

const endOf = (list) => list.querySelector(".more, .empty");
const topOf = (list) => list.querySelector(".card:not([data-lifted])") ?? endOf(list);

// A column, or in lanes a cell; the head of a column, or an entry of the bar, stands for its cell in the card's own lane.
function placeAt(under) {
  const place = under?.closest(".column, .cell, .lane, [data-entry]");
  if (!place || place.matches(".cell, .lane, .board > .column")) return place;
  const status = place.dataset.entry ?? place.dataset.status;
  return board.placesFor(grip.card).find((each) => each.dataset.status === status);
}

// The node that the card would stand before. Only what is under the pointer is measured: reading every card's box would
// lay out all those that are out of sight.
function beforeWhich(list, under) {
  const card = under.closest(".card") ?? cardAt(list, grip.y + 12);
  if (!card) return grip.y < list.getBoundingClientRect().top ? list.querySelector(".card") ?? endOf(list) : endOf(list);
  const box = card.getBoundingClientRect();
  return grip.y < box.top + box.height / 2 ? card : card.nextElementSibling;
}

function cardAt(list, y) {
  const box = list.getBoundingClientRect();
  const card = document.elementFromPoint(box.left + box.width / 2, y)?.closest(".card");
  return card?.parentElement === list ? card : null;
}

// Within 80 px of an edge the column, and the board or the bar, scroll: the nearer the faster. Lanes scroll together, below
// the heads of the columns. True: something did, so that something else is under the pointer.
function scroll() {
  const pull = (at, low, high) => (at < low + EDGE ? at - low - EDGE : at > high - EDGE ? at - high + EDGE : 0) / 5;
  const lanes = document.getElementById("lanes");
  const room = (lanes ?? board).getBoundingClientRect();
  const row = rowUnder(grip.under) ?? lanes ?? board;
  const list = lanes ?? grip.under?.closest(".column")?.querySelector(".cards");
  const before = [row.scrollLeft, list?.scrollTop];
  row.scrollLeft += pull(grip.x, room.left, room.right);
  if (list) {
    const box = list.getBoundingClientRect();
    const top = lanes?.querySelector(".lane-heads").getBoundingClientRect().bottom ?? box.top;
    list.scrollTop += pull(grip.y, top, Math.min(box.bottom, innerHeight));
  }
  return row.scrollLeft !== before[0] || list?.scrollTop !== before[1];
}

addEventListener("pointerup", (event) => {
  if (event.pointerId !== grip?.id) return;
  if (grip.ghost) {
    swallowClick();
    look();
    board.drop();
  }
  end();
});
addEventListener("pointercancel", (event) => event.pointerId === grip?.id && stop());
addEventListener("blur", stop);
addEventListener("keydown", (event) => event.key === "Escape" && grip && (event.preventDefault(), stop()), true);

function stop() {
  if (grip?.ghost) board.cancel();
  end();
}

function end() {
  if (!grip) return;
  clearTimeout(grip.timer);
  cancelAnimationFrame(grip.frame);
  grip.ghost?.remove();
  lower();
  grip = null;
}

function swallowClick() {
  const swallow = (event) => event.preventDefault();
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, true), 0);
}

board.addEventListener("touchmove", (event) => grip?.ghost && event.preventDefault(), { passive: false });
board.addEventListener("contextmenu", (event) => grip?.touch && event.preventDefault());
board.addEventListener("dragstart", (event) => event.preventDefault());
