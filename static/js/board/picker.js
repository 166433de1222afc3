// The row of columns on a narrow screen: a tap takes the board to a column, and the row says which one is in sight.

import { board, narrow, opensElsewhere } from "../dom.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");
const picker = () => document.getElementById("picker");

function inSight() {
  const middle = board.getBoundingClientRect().left + board.clientWidth / 2;
  const columns = [...board.querySelectorAll(".column")];
  return columns.findLast((column) => column.getBoundingClientRect().left <= middle) ?? columns[0];
}

function keepInStep() {
  if (!narrow.matches || !picker()) return;
  const now = picker().querySelector("[aria-current]");
  const link = document.getElementById(`pick-${inSight()?.dataset.status}`);
  if (link === now) return;
  now?.removeAttribute("aria-current");
  link?.setAttribute("aria-current", "true");
  if (link) picker().scrollTo({ left: link.offsetLeft + link.offsetWidth / 2 - picker().clientWidth / 2, behavior: still.matches ? "auto" : "smooth" });
}

let asked = false;
board.addEventListener("scroll", () => {
  if (!asked) requestAnimationFrame(() => ((asked = false), keepInStep()));
  asked = true;
}, { passive: true });
document.addEventListener("htmx:afterSettle", keepInStep);
narrow.addEventListener("change", keepInStep);
keepInStep();

// By script the address stays as it is: Back is not for walking through columns.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#picker a");
  if (!link || opensElsewhere(event)) return;
  event.preventDefault();
  const column = document.querySelector(link.getAttribute("href"));
  column?.scrollIntoView({ inline: "center", block: "nearest", behavior: still.matches ? "auto" : "smooth" });
});
