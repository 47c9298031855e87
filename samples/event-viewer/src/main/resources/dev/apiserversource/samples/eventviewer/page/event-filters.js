import {el, number} from "./dom.js";

/** How many different values a list offers. */
const MAX_VALUES = 200;
const FIELDS = [
  {name: "type", label: "Type", all: "All types"},
  {name: "kind", label: "Kind", all: "All kinds"},
  {name: "namespace", label: "Namespace", all: "All namespaces"},
];
const MARKS = {
  "": () => true,
  gap: event => event.isGap,
  repeat: event => event.isRepeat,
  refused: event => event.isRefused,
};

/** Text, type, kind, namespace and mark. Dispatches `change`. */
class EventFilters extends HTMLElement {
  connectedCallback() {
    this.text = el("input", {
      type: "search", id: "filter-text", placeholder: "Search attributes and data", autocomplete: "off",
      spellcheck: "false", oninput: () => this.#changed()});
    this.selects = Object.fromEntries(FIELDS.map(({name, all}) => [name, el("select", {
      id: `filter-${name}`, onchange: () => this.#changed()}, el("option", {value: "", text: all}))]));
    this.mark = el("select", {id: "filter-mark", onchange: () => this.#changed()},
        el("option", {value: "", text: "Marked or not"}), el("option", {value: "gap", text: "Gaps"}),
        el("option", {value: "repeat", text: "Repeats"}), el("option", {value: "refused", text: "Refused by the sink"}));
    this.count = el("p", {class: "count muted", role: "status"});
    this.clear = el("button", {type: "button", class: "button quiet", text: "Clear", hidden: true,
      onclick: () => this.reset()});
    const more = el("div", {class: "selects", id: "selects"},
        ...FIELDS.map(({name, label}) => labelled(label, this.selects[name])), labelled("Marks", this.mark));
    const toggle = el("button", {type: "button", class: "button toggle", text: "Filters", "aria-expanded": "false",
      "aria-controls": "selects", onclick: () => {
        const open = more.classList.toggle("open");
        toggle.setAttribute("aria-expanded", String(open));
      }});
    this.replaceChildren(
        el("form", {role: "search", onsubmit: event => event.preventDefault()},
            el("div", {class: "search"}, labelled("Text", this.text), toggle), more),
        el("div", {class: "counts"}, this.count, this.clear));
  }

  /** A function that tells whether an event is wanted. */
  predicate() {
    const words = this.text.value.toLowerCase().split(/\s+/).filter(word => word !== "");
    const wanted = FIELDS.map(({name}) => [name, this.selects[name].value]).filter(([, value]) => value !== "");
    const mark = MARKS[this.mark.value];
    return event => wanted.every(([name, value]) => event[name] === value.slice(1)) && mark(event)
        && event.hasWords(words);
  }

  /** Offers the values that occur in `events`, and keeps the choice. */
  offer(events) {
    for (const {name, all} of FIELDS) {
      const counts = new Map();
      events.forEach(event => counts.set(event[name], (counts.get(event[name]) ?? 0) + 1));
      this.#offer(this.selects[name], all, counts);
    }
  }

  /** Says how many of how many events are shown. */
  show(shown, kept, total) {
    const filtered = this.#isSet();
    this.clear.hidden = !filtered;
    const before = total > kept ? `, ${number(total - kept)} earlier` : "";
    this.count.textContent = filtered
      ? `${number(shown)} of ${number(kept)} events match` : `${number(kept)} events${before}`;
  }

  reset() {
    this.text.value = "";
    [...Object.values(this.selects), this.mark].forEach(select => select.value = "");
    this.#changed();
    this.text.focus();
  }

  #isSet() {
    return [this.text, ...Object.values(this.selects), this.mark].some(field => field.value !== "");
  }

  /** The value of an option begins with "=", because the empty one means all and an event may have no namespace. */
  #offer(select, all, counts) {
    // Rebuilt only while closed: the browser would close an open list.
    if (document.activeElement === select && select.matches(":open, :active")) {
      return;
    }
    const chosen = select.value;
    const values = [...counts.keys()].sort().slice(0, MAX_VALUES);
    if (chosen !== "" && !values.includes(chosen.slice(1))) {
      values.push(chosen.slice(1));
    }
    const options = values.map(value => ["=" + value, `${value || "(none)"} · ${number(counts.get(value) ?? 0)}`]);
    const key = JSON.stringify(options);
    if (select.offered !== key) {
      select.offered = key;
      select.replaceChildren(el("option", {value: "", text: all}),
          ...options.map(([value, text]) => el("option", {value, text})));
      select.value = chosen;
    }
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function labelled(text, field) {
  return el("label", {for: field.id, class: "field"}, el("span", {class: "label", text}), field);
}

customElements.define("event-filters", EventFilters);
