// <timed-notice>: good news leaves by itself after ten seconds, unless somebody is reading it; bad news stays.

import { isOurs } from "../dom.js";

const LINGER = 10_000;

class TimedNotice extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    for (const other of document.querySelectorAll(`.notice[data-about="${this.dataset.about}"]`)) if (other !== this) other.remove();
    this.addEventListener("click", (event) => this.close(event), { signal });
    document.addEventListener("htmx:afterRequest", ({ detail }) => this.contains(detail.elt) && this.asked(detail), { signal });
    if (this.dataset.kind !== "success") return;
    for (const name of ["pointerenter", "focusin"]) this.addEventListener(name, () => clearTimeout(this.timer), { signal });
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, () => this.linger(), { signal });
    this.linger();
  }

  disconnectedCallback() {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  linger() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.remove(), LINGER);
  }

  // Whoever stood on it comes back to the board, to the card that it was about.
  remove() {
    const stoodOn = this.contains(document.activeElement);
    super.remove();
    const back = [`.card[data-case="${this.dataset.about}"] .card-link`, '#board .card-link[tabindex="0"]'].map((each) => document.querySelector(each));
    if (stoodOn) back.find(Boolean)?.focus({ preventScroll: true });
  }

  close(event) {
    if (!event.target.closest("[data-close]")) return;
    event.preventDefault();
    this.remove();
  }

  // Retry, "Move anyway" or Undo was answered: the answer has its own notice.
  asked({ elt, xhr }) {
    if (elt.matches(".again, .undo") && isOurs(xhr)) this.remove();
  }
}

customElements.define("timed-notice", TimedNotice);
