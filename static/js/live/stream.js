// News: the bell says when, and nothing moves under a hand. What it carries along is drawn if it fits; else one request
// at a time brings it. It says as of when the board is, too; a page that does not hear that asks every ten seconds.

import { board, isOurs } from "../dom.js";
import { ASK_NEWS, NEWS_AFTER, NEWS_BEFORE, SESSION_ENDED } from "../events.js";
import { lens } from "../shell/filters.js";

const [SOON, EVERY, SELDOM, OLD, LOST, LATELY] = [100, 10_000, 40_000, 60_000, 65_000, 10_000]; // milliseconds
const asOf = () => document.getElementById("as-of");
const drawn = () => Number(asOf().dataset.change);
let [heard, asked, wanted, sent, began, beaten, timer] = [0, 0, false, 0, Date.now(), 0, null];

const isNews = ({ requestConfig }) => requestConfig.elt.id === "as-of";
const underWay = () => Date.now() - sent < LOST;
const handIsOn = () =>
  board.matches("[data-looking], [data-dragging], :has([aria-busy=true]:not([data-queued]))") || document.querySelector("dialog[open]:not(.session)") !== null;

function ask() {
  wanted = true;
  if (underWay() || handIsOn()) soon();
  else if (!document.hidden) htmx.trigger(asOf(), ASK_NEWS);
}

// What was held back is fetched as soon as the hand is off, and what came during a request right after it.
function soon() {
  timer ??= setInterval(() => {
    if (underWay() || handIsOn()) return;
    clearInterval(timer);
    timer = null;
    if (wanted || heard > drawn()) ask();
  }, SOON);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isNews(event.detail)) return;
  if (document.hidden || document.body.matches("[data-ended]")) return event.preventDefault();
  if (!underWay() && !handIsOn()) return;
  event.preventDefault();
  wanted = true;
  soon();
});
document.addEventListener("htmx:beforeSend", ({ detail }) => {
  if (isNews(detail)) [sent, began, asked, wanted] = [Date.now(), Date.now(), heard, false];
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!isNews(detail)) return;
  const draws = detail.shouldSwap && detail.xhr.status === 200;
  detail.shouldSwap = false;
  if (handIsOn()) wanted = true;
  else if (draws) draw(detail.serverResponse);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isNews(detail)) return;
  sent = 0;
  if (detail.xhr.status !== 200) beaten = 0; // it may not know that somebody looks: asked again in ten seconds
  if (detail.xhr.status === 200 && isOurs(detail.xhr)) {
    if (heard === asked && !wanted) heard = 0; // the answer knows all that was rung for before it was asked for
    if (wanted || heard > drawn()) soon();
  } // else the next round asks again
});

// The one way to draw news, asked for or carried along. live/arrivals.js and others hear of it before and after.
function draw(html) {
  document.dispatchEvent(new CustomEvent(NEWS_BEFORE, { detail: html }));
  htmx.swap(asOf(), html, { swapStyle: "none", ignoreTitle: true });
  board.dataset.asOf = asOf().querySelector("time").dateTime;
  document.dispatchEvent(new CustomEvent(NEWS_AFTER));
}

// A time that is shown for a minute is old, also when nobody is there to say so. Counted by this clock alone, from when
// it came: the server's clock may differ.
let shown = { time: "", at: 0 };
setInterval(() => {
  if (Date.now() - began >= (Date.now() - beaten < 2 * EVERY ? SELDOM : EVERY)) ask(); // also to say that somebody looks
  if (!document.hidden && look() !== told) join(); // it has held for a moment: not each letter of a search
  const element = asOf();
  const time = element.querySelector("time").dateTime;
  if (time !== shown.time) shown = { time, at: Date.now() };
  if (Date.now() - shown.at < OLD || element.matches("[data-old]")) return;
  element.toggleAttribute("data-old", true);
  element.title = "Nothing newer has come since then. The board goes on asking; if this stays so, check the connection.";
}, 1000);

// The bell. On another seat somebody else has signed in with this browser: then this page is not theirs.
const { bell, stream, seat } = board.dataset;
const shared = "SharedWorker" in window;
const port = shared ? new SharedWorker(bell).port : new Worker(bell);
const lanes = () => document.getElementById("lanes")?.dataset.drawn ?? "";
// All that news follow from on the side of this page; what is folded the server knows from a cookie.
const look = () => [lens(), lanes(), ...[...board.querySelectorAll(".column[data-folded]")].map(({ id }) => id)].join(" ");
let told = "";

function join(how) {
  told = look();
  const address = `${stream}?${new URLSearchParams({ page: lens(), lanes: lanes() })}`;
  port.postMessage({ join: address, look: told, seat, aside: document.hidden, ...how });
}
const part = () => port.postMessage({});

port.onmessage = ({ data }) => {
  if (data.kind === "ended") return document.dispatchEvent(new CustomEvent(SESSION_ENDED));
  if (data.kind === "hello" && seat && data.seat !== seat) return anew();
  heard = Math.max(heard, data.change);
  if (data.pulse && data.change >= drawn() && fits(data)) beat(data);
  else if (heard <= drawn()) return;
  else if (data.kind === "news" && fits(data)) draw(data.html);
  else ask();
};

function beat({ html }) {
  beaten = Date.now();
  draw(html);
}
join();

// Carried news are what an answer would be to a page that looks like this and has come as far; unless this one waits for
// more than that.
const fits = (news) =>
  news.look === look() && news.from <= drawn() && !wanted && !underWay() && !handIsOn() && !document.hidden && !document.body.matches("[data-ended]");

function anew() {
  if (Date.now() - Number(sessionStorage.getItem("anew")) < LATELY) return;
  sessionStorage.setItem("anew", Date.now());
  location.reload();
}

// Back from another tab, from sleep, from no network or from the browser's history: at once, what was missed.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return shared || part();
  join();
  ask();
});
addEventListener("online", () => (join({ again: true }), ask()));
addEventListener("pagehide", part);
addEventListener("pageshow", ({ persisted }) => persisted && (join(), ask()));
