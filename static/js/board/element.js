// <kanban-board>: picks a card up, shows where it would land, drops it, and submits its move.
// Pointer and keys call the same four verbs: pick, aim, drop, cancel. Nothing is drawn here but what the server drew.

import { copyOf, isOurs, notify } from "../dom.js";
import { ASK_NEWS, LANE_REFUSED, MOVE_LOST, STACK_DROP } from "../events.js";
import { intent, movable, seen } from "../forms/intent.js";

const near = (node, step) => {
  do node = node?.[step]; while (node && !node.matches(".card:not([data-lifted])"));
  return node;
};
const around = (card) => [near(card, "previousElementSibling")?.dataset.case, near(card, "nextElementSibling")?.dataset.case];
class KanbanBoard extends HTMLElement {
  selected = new Set(); // cases; kept by board/selection.js

  connectedCallback() {
    this.line = copyOf("drop-line").firstElementChild;
    this.addEventListener("submit", (event) => event.target.matches(".card-form") && this.send(event.target));
    document.addEventListener("htmx:afterRequest", this);
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:afterRequest", this);
  }

  get lifted() {
    return this.card ?? null;
  }

  // Where a card can be carried to: the columns, or in lanes the cells of its own lane.
  placesFor(card) {
    return [...(card.closest(".lane") ?? this).querySelectorAll(".column, .cell")];
  }

  pick(card) {
    // One is in hand already, this one has been drawn anew, waits for its answer, or is not theirs to move.
    const copies = document.getElementById("lanes") ?? card.parentElement; // it may wait in another lane
    const busy = copies?.querySelector(`.card[data-case="${card.dataset.case}"][aria-busy=true]`);
    if (this.card || !card.isConnected || busy || !movable(card)) return false;
    [this.card, this.target] = [card, null];
    const [above, below] = around(card);
    this.home = { list: card.parentElement.id, lane: card.closest(".lane"), above, below };
    this.stack = this.selected.has(card.dataset.case) ? [...this.querySelectorAll(".card")].filter(({ dataset }) => this.selected.has(dataset.case)) : [card];
    for (const each of this.stack) if (each !== card) each.toggleAttribute("data-lifted", true);
    this.toggleAttribute("data-dragging", true);
    return true;
  }

  // Where it would land: in this column, before this node; `carry`: take the card itself there, as keys do.
  // `edge`: to the end of a column of which not all is drawn.
  aim(column, before, { carry = false, edge = "" } = {}) {
    this.querySelector("[data-over]")?.removeAttribute("data-over");
    const lane = column?.closest(".lane");
    this.astray = lane && lane !== this.home.lane;
    if (this.astray || column === lane) column = null; // lanes are looked at, not chosen
    this.target = column && { column, list: column.querySelector(".cards"), before, edge };
    column?.toggleAttribute("data-over", true);
    const mark = carry ? this.card : this.line;
    if (this.target?.list) this.target.list.insertBefore(mark, before);
    else if (carry) this.bringHome(this.card, this.home);
    else this.line.remove();
  }

  cancel() {
    const { card, home } = this;
    if (!card) return;
    this.release();
    this.bringHome(card, home);
  }

  // Back between those it stood between, whatever was drawn anew meanwhile.
  bringHome(card, { list, above, below }) {
    const stoodOn = card.contains(document.activeElement);
    const [next, previous] = [below, above].map((id) => document.querySelector(`#${list} > [data-case="${id ?? "none"}"]`));
    if (next) next.before(card);
    else if (previous) previous.after(card);
    else document.getElementById(list)?.querySelector(".anchor")?.after(card);
    if (stoodOn) card.querySelector(".card-link").focus({ preventScroll: true });
  }

  // What is sent is what the page shows at this moment, not what it showed when the drop was aimed.
  drop() {
    const { card, target, home } = this;
    if (!target) return this.cancel(), this.astray && card.dispatchEvent(new CustomEvent(LANE_REFUSED, { bubbles: true }));
    if (this.stack.length > 1) return this.dispatchEvent(new CustomEvent(STACK_DROP)); // all that is selected, together
    const stoodOn = card.contains(document.activeElement);
    if (this.line.isConnected) this.line.replaceWith(card);
    this.release();
    if (stoodOn) card.querySelector(".card-link").focus(); // moving a node takes the focus from it
    if (this.querySelector(".sorted")) return this.dropSorted(card, target, home);
    const { edge } = target;
    const [above, below] = target.list && !edge ? around(card) : [];
    if (!edge && target.list?.id === home.list && above === home.above && below === home.below) return;
    const status = target.column.dataset.status;
    this.submit(card, { intent: intent(), status, above, below, edge, seen_above: home.above, seen_below: home.below }, home);
  }

  // Between columns the neighbours on the screen say nothing of Plannr's order: it goes to the top, and is drawn where
  // the sort puts it. Within a column there is nothing to move.
  dropSorted(card, target, home) {
    const top = { intent: intent(), status: target.column.dataset.status, edge: "top" };
    if (target.list?.id !== home.list) return this.submit(card, top, home);
    this.bringHome(card, home);
    notify("sorted-notice");
  }

  // The very same move once more, after its answer was lost. False: its card is not here any more.
  again(id, fields, home) {
    const card = document.getElementById(id);
    if (card) this.submit(card, { ...fields, intent: fields.intent || intent() }, home);
    return card !== null;
  }

  submit(card, fields, home) {
    card.home = home;
    card.querySelector(".card-form")?.remove(); // of a move whose answer was lost
    const form = this.formOf(card, { ...seen(card, document.getElementById(home.list)), ...fields });
    card.append(form);
    htmx.process(form);
    form.requestSubmit();
  }

  release() {
    this.line.remove();
    this.querySelector("[data-over]")?.removeAttribute("data-over");
    this.toggleAttribute("data-dragging", false);
    for (const card of this.querySelectorAll("[data-lifted]")) card.removeAttribute("data-lifted");
    this.card.removeAttribute("data-held");
    this.card = null;
  }

  // Only now, for the one card in hand: with a form on each card a fifth of the board would be forms, and htmx would
  // look at every one of them before the board is usable.
  formOf(card, fields) {
    const form = copyOf("card-form").firstElementChild;
    for (const [name, value] of Object.entries(fields)) form.elements[name].value = value ?? "";
    form.setAttribute("hx-put", card.querySelector(".card-menu").getAttribute("href"));
    return form;
  }

  send(form) {
    form.closest(".card").setAttribute("aria-busy", "true");
  }

  // Every answer of ours draws the card anew. If this one still waits, the answer was lost or not ours.
  handleEvent({ detail }) {
    const { elt } = detail.requestConfig; // detail.elt is its list once the card has been drawn anew
    const card = elt.matches(".card-form") ? elt.closest(".card") : null;
    if (card?.isConnected) {
      card.removeAttribute("aria-busy");
      this.bringHome(card, card.home);
      if (!isOurs(detail.xhr)) elt.dispatchEvent(new CustomEvent(MOVE_LOST, { bubbles: true }));
    } else if (card) {
      const drawn = document.getElementById(card.id);
      drawn?.toggleAttribute("data-arrived", true);
      if (!drawn) htmx.trigger("#as-of", ASK_NEWS); // its new neighbour is not here yet: the news bring both
    }
  }

  say(words) {
    document.getElementById("announcer").textContent = words;
  }
}

customElements.define("kanban-board", KanbanBoard);
