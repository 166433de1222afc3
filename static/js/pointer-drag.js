// Dragging by mouse, pen and touch. A mouse drags after 5 px; a finger holds still for 250 ms first, so that scrolling
// never grabs a card.

const [SLOP, TOUCH_SLOP, HOLD, EDGE] = [5, 8, 250, 80];
const board = document.getElementById("board");
let grip = null; // {card, id, touch, x, y, dx, dy, timer, ghost}

board.addEventListener("pointerdown", (event) => {
  const card = event.target.closest(".card");
  if (!card || event.button !== 0 || grip || event.target.closest(".card-menu, .pick") || board.lifted) return;
  const box = card.getBoundingClientRect();
  const touch = event.pointerType === "touch";
  grip = { card, id: event.pointerId, touch, x: event.clientX, y: event.clientY, fromX: event.clientX, fromY: event.clientY };
  Object.assign(grip, { dx: event.clientX - box.left, dy: event.clientY - box.top, width: box.width });
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
  board.setPointerCapture(grip.id);
  follow();
  grip.frame = requestAnimationFrame(scroll);
}

board.addEventListener("pointermove", (event) => {
  if (event.pointerId !== grip?.id) return;
  [grip.x, grip.y] = [event.clientX, event.clientY];
  if (grip.ghost) return follow();
  const far = Math.hypot(grip.x - grip.fromX, grip.y - grip.fromY);
  if (grip.touch && far > TOUCH_SLOP) end();
  else if (!grip.touch && far > SLOP) start();
});

function follow() {
  grip.ghost.style.translate = `${grip.x - grip.dx}px ${grip.y - grip.dy}px`;
  aim();
}

function aim() {
  const under = document.elementFromPoint(grip.x, grip.y);
  const column = under?.closest(".column");
  if (!column || column.matches("[data-vanished]")) return board.aim(null);
  const list = column.querySelector(".cards");
  board.aim(column, list && beforeWhich(list, under));
}

// The node that the card would stand before. Only what is under the pointer is measured: reading every card's box would
// lay out all those that are out of sight.
function beforeWhich(list, under) {
  const over = under.closest(".card") ?? cardAt(list, grip.y + 12);
  const end = list.querySelector(".more, .empty");
  if (!over) return grip.y < list.getBoundingClientRect().top ? list.querySelector(".card") ?? end : end;
  const box = over.getBoundingClientRect();
  return grip.y < box.top + box.height / 2 ? over : over.nextElementSibling;
}

function cardAt(list, y) {
  const box = list.getBoundingClientRect();
  const card = document.elementFromPoint(box.left + box.width / 2, y)?.closest(".card");
  return card?.parentElement === list ? card : null;
}

// Within 80 px of an edge the column, and the board, scroll: the nearer the faster.
function scroll() {
  const pull = (at, low, high) => (at < low + EDGE ? at - low - EDGE : at > high - EDGE ? at - high + EDGE : 0) / 5;
  const room = board.getBoundingClientRect();
  const list = document.elementFromPoint(grip.x, grip.y)?.closest(".column")?.querySelector(".cards");
  const before = [board.scrollLeft, list?.scrollTop];
  board.scrollLeft += pull(grip.x, room.left, room.right);
  if (list) {
    const box = list.getBoundingClientRect();
    list.scrollTop += pull(grip.y, box.top, Math.min(box.bottom, innerHeight));
  }
  if (board.scrollLeft !== before[0] || list?.scrollTop !== before[1]) aim();
  grip.frame = requestAnimationFrame(scroll);
}

board.addEventListener("pointerup", (event) => {
  if (event.pointerId !== grip?.id) return;
  if (grip.ghost) {
    swallowClick();
    board.drop();
  }
  end();
});
board.addEventListener("pointercancel", (event) => event.pointerId === grip?.id && stop());
addEventListener("blur", stop);
addEventListener("keydown", (event) => event.key === "Escape" && stop(), true);

function stop() {
  if (grip?.ghost) board.cancel();
  end();
}

function end() {
  if (!grip) return;
  clearTimeout(grip.timer);
  cancelAnimationFrame(grip.frame);
  grip.ghost?.remove();
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
