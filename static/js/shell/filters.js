// How the board is looked at. Every change is a new address, drawn into the board in place: so Back, reload and a copied
// address all work. What is typed into the search replaces the address instead, or Back would go letter by letter.

import { board, isOurs, isSignedOut, notify, opensElsewhere } from "../dom.js";
import { FETCH_FILTERS } from "../events.js";

const search = document.getElementById("search");
const sort = document.getElementById("sort");
const menu = document.getElementById("filters");
const ASIDE = ["case", "move", "view"]; // what else an address may say: not how the board is looked at

export function lens(address = location.href) {
  const said = new URL(address, location).searchParams;
  for (const name of ASIDE) said.delete(name);
  return said.toString();
}

let drawn = { lens: lens(), address: location.href };

function look(said, { replace = false } = {}) {
  const open = new URLSearchParams(location.search).get("case");
  if (!said.toString()) said.set("view", "all"); // `/` may open otherwise
  if (open) said.set("case", open);
  const address = new URL(`${location.pathname}?${said}`, location);
  if (lens(address) === lens()) return;
  const { opening } = history.state ?? {}; // of the case that is open, see case/panel.js
  history[replace ? "replaceState" : "pushState"]({ opening }, "", address);
  draw();
}

// The form controls say what the address says; the one that is being typed into knows better.
function draw() {
  const said = new URLSearchParams(location.search);
  if (document.activeElement !== search) search.value = said.get("q") ?? "";
  sort.value = said.get("sort") ?? "";
  board.toggleAttribute("data-looking", true); // until then no news: they would be those of another lens
  htmx.trigger("#as-of", "htmx:abort");
  htmx.ajax("GET", location.pathname + location.search, { source: board, target: board, swap: "innerHTML" }).catch(() => {});
}

const overtaken = new WeakSet(); // by a later look, which is answered instead
document.addEventListener("htmx:sendAbort", ({ detail }) => overtaken.add(detail.xhr));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.elt !== board) return;
  setTimeout(() => board.toggleAttribute("data-looking", board.matches(".htmx-request")));
  if (detail.xhr.status === 200 && isOurs(detail.xhr)) drawn = { lens: lens(), address: location.href };
  else setTimeout(() => overtaken.has(detail.xhr) || failed(detail));
});

function failed({ xhr }) {
  if (isSignedOut(xhr)) return;
  history.replaceState(null, "", drawn.address);
  search.value = new URLSearchParams(location.search).get("q") ?? "";
  notify("no-look");
}

// Back and forward. Where only the open case differs, the board stays as it is.
addEventListener("popstate", () => lens() !== drawn.lens && draw());

// A move that was sent through another lens was answered for that one.
const sentThrough = new WeakMap();
document.addEventListener("htmx:beforeSend", ({ detail }) => sentThrough.set(detail.xhr, lens()));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const moved = detail.requestConfig.verb !== "get" && isOurs(detail.xhr);
  if (moved && sentThrough.get(detail.xhr) !== lens()) draw();
});

const changed = (change) => {
  const said = new URLSearchParams(lens());
  change(said);
  return said;
};

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-lens]");
  if (!link || event.defaultPrevented || opensElsewhere(event)) return;
  event.preventDefault();
  if (document.activeElement === search) search.blur(); // so that it says what the address will say
  look(new URL(link.getAttribute("href"), location).searchParams);
  if (menu.contains(link)) menu.open = false;
  if (link.closest("#chips")) search.focus({ preventScroll: true }); // the chip is going
});

let typing = null;
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(seek, 150);
});
search.form.addEventListener("submit", (event) => (event.preventDefault(), clearTimeout(typing), seek()));
const seek = () => look(changed((said) => (search.value.trim() ? said.set("q", search.value.trim()) : said.delete("q"))), { replace: true });

sort.addEventListener("change", () => look(changed((said) => (sort.value ? said.set("sort", sort.value) : said.delete("sort")))));

// The filter menu is fetched when it is opened, as the address has it then.
menu.addEventListener("toggle", () => menu.open && htmx.trigger("#filter-menu", FETCH_FILTERS));
const ELSEWHERE = ["q", "sort", "lanes", "shut", "bar"]; // what the address says better than the menu
const isFit = ({ elements }, name) => elements[name]?.validity?.valid !== false;
const apply = (form, how) => {
  const fields = [...new FormData(form)].filter(([name, value]) => value && name !== "client_name" && isFit(form, name));
  const said = new URLSearchParams(fields.filter(([name]) => !ELSEWHERE.includes(name)));
  const address = new URLSearchParams(location.search);
  for (const name of ELSEWHERE) for (const value of address.getAll(name)) said.append(name, value);
  look(said, how);
};
// A date is one once its year is; what is set right in the same field is the same step of Back.
let dated = null;
menu.addEventListener("focusin", () => (dated = null));
menu.addEventListener("change", ({ target }) => {
  if (target.name === "client_name" || target.type === "text" || !target.validity.valid) return;
  const replace = target === dated;
  dated = target.type === "date" ? target : null;
  apply(target.form, { replace });
});
menu.addEventListener("submit", (event) => (event.preventDefault(), apply(event.target), (menu.open = false), menu.querySelector("summary").focus()));
