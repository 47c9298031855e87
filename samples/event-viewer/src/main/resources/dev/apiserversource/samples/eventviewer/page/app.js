import "./event-detail.js";
import "./event-filters.js";
import "./event-list.js";
import "./rate-chart.js";
import {number} from "./dom.js";
import {EventStore} from "./event-store.js";
import {Stream} from "./stream.js";

const STATES = {connecting: "connecting", live: "live", waiting: "reconnecting"};
const THEMES = ["auto", "light", "dark"];
const THEME_SYMBOLS = {auto: "◐", light: "☀", dark: "☾"};

const store = new EventStore();
const stream = new Stream();
const list = document.querySelector("event-list");
const detail = document.querySelector("event-detail");
const filters = document.querySelector("event-filters");
const chart = document.querySelector("rate-chart");
const connection = document.getElementById("connection");
const pause = document.getElementById("pause");
const notice = document.getElementById("notice");
const theme = document.getElementById("theme");

let predicate = filters.predicate();
let matching = [];
let paused = false;
let newWhilePaused = 0;
let dropped = 0;
let total = 0;

/** Filters all events again. */
function filterAll() {
  predicate = filters.predicate();
  matching = store.events.filter(predicate);
  show();
}

function show() {
  filters.show(matching.length, store.events.length, Math.max(total, store.events.at(-1)?.seq ?? 0));
  list.show(matching, store.events.length === 0
    ? "No events yet. They appear here as they arrive." : "No event matches. Change or clear the filters.");
}

function add(events) {
  store.add(events);
  if (paused) {
    newWhilePaused += events.length;
    pause.textContent = `Resume (${number(newWhilePaused)} new)`;
    return;
  }
  matching.push(...events.filter(predicate));
  const kept = matching.findIndex(event => event.seq >= store.oldest);
  matching.splice(0, kept < 0 ? matching.length : kept);
  show();
}

function setPaused(value) {
  paused = value;
  newWhilePaused = 0;
  pause.setAttribute("aria-pressed", String(paused));
  pause.textContent = paused ? "Resume" : "Pause";
  // While paused, what is shown stays even when the store drops it.
  filterAll();
  filters.offer(store.events);
}

function choose(event, focus) {
  if (event) {
    list.activate(event);
    detail.show(event, focus);
  }
}

function setTheme(value) {
  theme.textContent = THEME_SYMBOLS[value];
  theme.title = `Theme: ${value}`;
  theme.setAttribute("aria-label", theme.title);
  if (value === "auto") {
    document.documentElement.removeAttribute("data-theme");
  } else {
    document.documentElement.dataset.theme = value;
  }
  try {
    localStorage.setItem("theme", value);
  } catch {
    // Not stored where the browser forbids it.
  }
}

function storedTheme() {
  try {
    const value = localStorage.getItem("theme");
    return THEMES.includes(value) ? value : "auto";
  } catch {
    return "auto";
  }
}

stream.addEventListener("state", ({detail: state}) => {
  connection.textContent = STATES[state];
  connection.dataset.state = state;
});
stream.addEventListener("hello", ({detail: hello}) => {
  store.maxEvents = Math.min(hello.maxEvents, 10_000);
  document.getElementById("forward").textContent = hello.forwardTo ? `passes events on to ${hello.forwardTo}` : "";
});
stream.addEventListener("restart", () => {
  store.clear();
  chart.clear();
  dropped = 0;
  total = 0;
  notice.hidden = true;
  filterAll();
});
stream.addEventListener("dropped", ({detail: count}) => {
  dropped += count;
  notice.hidden = false;
  notice.textContent = `${number(dropped)} events are not shown: this browser was too slow for them, or not connected. `
      + "The sink has received them.";
});
stream.addEventListener("events", ({detail: events}) => add(events));
stream.addEventListener("rate", ({detail: rate}) => {
  total = rate.total;
  chart.add(rate);
  if (!paused) {
    filters.offer(store.events);
  }
});

filters.addEventListener("change", event => {
  // Not the fields' own events, which pass through here on their way up.
  if (event.target === filters) {
    filterAll();
  }
});
list.addEventListener("choose", ({detail: event}) => choose(event, true));
list.addEventListener("preview", ({detail: event}) => {
  if (detail.event) {
    detail.show(event, false);
  }
});
detail.addEventListener("close", () => list.focusList());
detail.addEventListener("step", ({detail: step}) => choose(list.neighbour(step), false));
detail.addEventListener("jump", ({detail: seq}) => {
  const event = store.find(seq);
  if (event) {
    choose(event, true);
  } else {
    notice.hidden = false;
    notice.textContent = `Event #${seq} is not in memory any more.`;
  }
});
pause.addEventListener("click", () => setPaused(!paused));
theme.addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(storedTheme()) + 1) % THEMES.length];
  setTheme(next);
});

setTheme(storedTheme());
show();
stream.open();
