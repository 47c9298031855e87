import {el, timeOfDay} from "./dom.js";

/** The height of a row in pixels, as in style.css. */
const ROW = 60;
const SPARE = 6;

/**
 * The events, the newest first. Only the rows in sight exist. Dispatches `choose` with an event. Keys: arrows, Page Up,
 * Page Down, Home, End; Enter opens.
 */
class EventList extends HTMLElement {
  #events = [];
  #newest;
  #active;
  #pressed;
  #drawn = "";
  /** The rows that exist, by event. They are moved and not made anew: a click needs one element from start to end. */
  #shown = new Map();

  connectedCallback() {
    this.rows = el("div", {class: "rows"});
    this.empty = el("div", {class: "empty-list"});
    this.scroller = el("div", {class: "scroller", role: "listbox", tabindex: "0", "aria-label": "Events, the newest first",
      onpointerdown: event => this.#pressed = event.target.closest(".row"), onscroll: () => this.#draw(), onkeydown: event => this.#key(event), onclick: event => this.#click(event)},
    this.rows);
    this.newer = el("button", {type: "button", class: "button newer", text: "↑ Newest", hidden: true, onclick: () => {
      this.scroller.scrollTop = 0;
      this.scroller.focus();
    }});
    this.replaceChildren(this.scroller, this.empty, this.newer);
    new ResizeObserver(() => this.#draw()).observe(this.scroller);
  }

  /**
   * Shows `events`, the oldest first. What is in sight stays where it is, unless that is the newest event.
   *
   * @param {string} emptyText shown when there are none
   */
  show(events, emptyText) {
    const top = this.scroller.scrollTop;
    // Remembered by number: the caller may have appended to the same array.
    const added = this.#newest === undefined ? 0 : countNewer(events, this.#newest);
    this.#newest = events.at(-1)?.seq;
    this.#events = events;
    this.rows.style.height = `${events.length * ROW}px`;
    if (top > 0 && added > 0) {
      this.scroller.scrollTop = top + added * ROW;
    }
    this.empty.textContent = events.length === 0 ? emptyText : "";
    this.empty.hidden = events.length > 0;
    this.#drawn = "";
    this.#draw();
  }

  /** Marks `event` as the active one and scrolls to it. */
  activate(event) {
    this.#active = event;
    const index = this.#indexOf(event);
    if (index >= 0) {
      const top = index * ROW;
      const {scrollTop, clientHeight} = this.scroller;
      this.scroller.scrollTop = top < scrollTop ? top : Math.max(scrollTop, top + ROW - clientHeight);
    }
    this.#drawn = "";
    this.#draw();
  }

  /** The event `step` rows below the active one; undefined beyond the ends. */
  neighbour(step) {
    return this.#at(this.#indexOf(this.#active) + step);
  }

  focusList() {
    this.scroller.focus();
  }

  #at(index) {
    return this.#events[this.#events.length - 1 - index];
  }

  #indexOf(event) {
    const index = event === undefined ? -1 : this.#events.findLastIndex(other => other.seq === event.seq);
    return index < 0 ? -1 : this.#events.length - 1 - index;
  }

  #draw() {
    const {scrollTop, clientHeight} = this.scroller;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - SPARE);
    const end = Math.min(this.#events.length, Math.ceil((scrollTop + clientHeight) / ROW) + SPARE);
    this.newer.hidden = scrollTop < ROW;
    const drawn = `${first} ${end}`;
    if (drawn === this.#drawn) {
      return;
    }
    this.#drawn = drawn;
    const rows = new Map();
    for (let index = first; index < end; index++) {
      const event = this.#at(index);
      const row = this.#shown.get(event) ?? newRow(event);
      this.#place(row, event, index);
      rows.set(event, row);
    }
    this.#replace(rows);
    const active = this.rows.querySelector("[aria-selected=true]");
    if (active) {
      this.scroller.setAttribute("aria-activedescendant", active.id);
    } else {
      this.scroller.removeAttribute("aria-activedescendant");
    }
  }

  #place(row, event, index) {
    row.style.transform = `translateY(${index * ROW}px)`;
    row.setAttribute("aria-selected", String(event.seq === this.#active?.seq));
    row.setAttribute("aria-setsize", String(this.#events.length));
    row.setAttribute("aria-posinset", String(index + 1));
  }

  /** Makes `rows` the rows that exist; those that stay are not touched. */
  #replace(rows) {
    for (const [event, row] of this.#shown) {
      if (!rows.has(event)) {
        row.remove();
      }
    }
    let next = this.rows.firstChild;
    for (const row of rows.values()) {
      if (row === next) {
        next = next.nextSibling;
      } else {
        this.rows.insertBefore(row, next);
      }
    }
    this.#shown = rows;
  }

  #click(click) {
    // The row may have moved away under the pointer, because an event has arrived.
    const row = this.#pressed ?? click.target.closest(".row");
    this.#pressed = undefined;
    const event = row && this.#events.find(other => other.seq === Number(row.dataset.seq));
    if (event) {
      this.#choose(event);
    }
  }

  #key(key) {
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW) - 1);
    const last = this.#events.length - 1;
    const index = this.#indexOf(this.#active);
    const target = {
      ArrowDown: index + 1, ArrowUp: index - 1, PageDown: index + page, PageUp: index - page, Home: 0, End: last,
    }[key.key];
    if (target !== undefined && last >= 0) {
      key.preventDefault();
      const event = this.#at(Math.min(last, Math.max(0, target)));
      this.activate(event);
      this.dispatchEvent(new CustomEvent("preview", {detail: event}));
    } else if (key.key === "Enter" && this.#active) {
      key.preventDefault();
      this.#choose(this.#active);
    }
  }

  #choose(event) {
    this.activate(event);
    this.dispatchEvent(new CustomEvent("choose", {detail: event}));
  }
}

function newRow(event) {
  const row = el("div", {
    class: `row ${event.isGap ? "is-gap" : event.isRepeat ? "is-repeat" : ""}`, role: "option", id: `event-${event.seq}`},
  el("span", {class: `badge ${event.category}`, text: event.label}),
  el("span", {class: "what"},
      el("span", {class: "first"}, el("span", {class: "title", text: event.title}), ...marks(event)),
      el("span", {class: "second muted"},
          ...[event.kind, event.namespace].filter(Boolean).map(text => el("span", {class: "tag", text})),
          el("span", {class: "summary", text: event.summary}))),
  el("time", {class: "muted", datetime: new Date(event.at).toISOString(), text: timeOfDay(event.at)}));
  row.dataset.seq = event.seq;
  return row;
}

/** The words beside a title. They are words, so that they do not depend on colours. */
function marks(event) {
  return [
    event.isGap && el("span", {class: "mark gap", text: "gap"}),
    event.isRepeat && el("span", {class: "mark repeat", text: "repeat"}),
    event.isRefused && el("span", {class: "mark refused", text: `sink ${event.status}`}),
  ].filter(Boolean);
}

/** How many of `events`, which are sorted, have a greater number. */
function countNewer(events, seq) {
  let count = 0;
  while (count < events.length && events[events.length - 1 - count].seq > seq) {
    count++;
  }
  return count;
}

customElements.define("event-list", EventList);
