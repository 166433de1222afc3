// Marks what was searched for where it stands on the cards, without touching them: by the browser's own highlights.

import { board } from "../dom.js";

const WORD = /[\p{L}\p{N}]+/gu;
const PLACES = ".card-client, .card-name, .card-found, .tag";
const plain = (text) => text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
const asked = () => plain(new URLSearchParams(location.search).get("q") ?? "").match(WORD) ?? [];

function* rangesIn(node, words) {
  for (const { 0: word, index } of node.data.matchAll(WORD)) {
    const hit = words.find((each) => plain(word).startsWith(each));
    if (!hit) continue;
    const range = new Range();
    range.setStart(node, index);
    range.setEnd(node, Math.min(index + hit.length, index + word.length));
    yield range;
  }
}

function* textsIn(place) {
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) yield walker.currentNode;
}

let marked = false; // is anything: else there is nothing to do where nothing is searched
function mark() {
  const words = asked();
  if (!words.length && !marked) return;
  marked = words.length > 0;
  for (const person of board.querySelectorAll(".card .person[title]")) {
    const theirs = plain(person.title).match(WORD) ?? [];
    person.toggleAttribute("data-found", words.some((word) => theirs.some((each) => each.startsWith(word))));
  }
  if (!CSS.highlights) return;
  CSS.highlights.delete("found");
  if (!words.length) return;
  const places = [...board.querySelectorAll(PLACES)];
  CSS.highlights.set("found", new Highlight(...places.flatMap((place) => [...textsIn(place)].flatMap((node) => [...rangesIn(node, words)]))));
}

document.addEventListener("htmx:afterSettle", mark);
mark();
