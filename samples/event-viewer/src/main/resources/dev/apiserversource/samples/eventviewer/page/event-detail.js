import {bytes, el, timeOfDay} from "./dom.js";
import {CONTEXT} from "./event-model.js";
import {jsonText} from "./json-text.js";

/** One event: its marks, its attributes and its data. Dispatches `close`, `step` (-1 newer, 1 older) and `jump`. */
class EventDetail extends HTMLElement {
  #event;

  connectedCallback() {
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", "Event");
    this.addEventListener("keydown", key => {
      if (key.key === "Escape") {
        this.close();
      }
    });
    this.close();
  }

  get event() {
    return this.#event;
  }

  close() {
    const wasOpen = this.#event !== undefined;
    this.#event = undefined;
    this.classList.remove("open");
    this.replaceChildren(el("p", {class: "hint muted", text: "Choose an event to read its attributes and data."}));
    if (wasOpen) {
      this.dispatchEvent(new Event("close"));
    }
  }

  /**
   * Shows `event`.
   *
   * @param {boolean} focus whether the reader has opened it, so that the focus moves here
   */
  show(event, focus) {
    this.#event = event;
    this.classList.add("open");
    const heading = el("h2", {tabindex: "-1", text: event.title});
    this.replaceChildren(
        el("div", {class: "detail-bar"},
            el("button", {type: "button", class: "button back", text: "← Back", onclick: () => this.close()}),
            el("span", {class: "muted", text: `#${event.seq} · ${timeOfDay(event.at)}`}),
            el("span", {class: "spring"}),
            this.#step("↑", "Newer event", -1), this.#step("↓", "Older event", 1),
            el("button", {type: "button", class: "button close", "aria-label": "Close", text: "✕",
              onclick: () => this.close()})),
        el("div", {class: "detail-body"},
            el("p", {class: "over"}, el("span", {class: `badge ${event.category}`, text: event.label}),
                el("span", {class: "type", text: event.type})),
            heading,
            ...this.#banners(event),
            ...attributes(event),
            ...this.#data(event)));
    if (focus) {
      heading.focus();
    }
  }

  #step(text, label, step) {
    return el("button", {type: "button", class: "button", "aria-label": label, title: label, text, onclick: () =>
      this.dispatchEvent(new CustomEvent("step", {detail: step}))});
  }

  #banners(event) {
    const banners = [];
    if (event.isGap) {
      banners.push(el("p", {class: "banner gap", text: "Gap: the source lost a stretch of history and has compared a list "
          + "with what it knew. Final states are complete; states in between may be missing."}));
    }
    if (event.isRepeat) {
      banners.push(el("p", {class: "banner repeat"},
          `Repeat: an event with this source and id arrived before, as #${event.repeatOf}. Delivery is at least once. `,
          el("button", {type: "button", class: "link", text: `Show #${event.repeatOf}`, onclick: () =>
            this.dispatchEvent(new CustomEvent("jump", {detail: event.repeatOf}))})));
    }
    if (event.isRefused) {
      banners.push(el("p", {class: "banner refused",
        text: `The sink answered ${event.status}. The sender repeats the event, unless the status is final.`}));
    }
    return banners;
  }

  #data(event) {
    if (event.data === undefined) {
      return [el("h3", {text: "Data"}), el("p", {class: "muted", text: "The event has no data."})];
    }
    const text = el("pre", {class: "data", tabindex: "0", "aria-label": "Data"});
    const render = data => text.replaceChildren(...(event.json ? jsonText(data) : [data]));
    render(event.data);
    const tools = el("span", {class: "tools"});
    const copy = el("button", {type: "button", class: "button quiet", text: "Copy", onclick: async () => {
      await navigator.clipboard.writeText(text.textContent);
      copy.textContent = "Copied";
    }});
    // Browsers have a clipboard on https and on localhost only.
    if (navigator.clipboard) {
      tools.append(copy);
    }
    const parts = [
      el("h3", {}, "Data ", el("span", {class: "muted", text: bytes(event.bytes)}), tools),
      text,
    ];
    if (event.cut) {
      parts.splice(1, 0, this.#cutNote(event, render));
    }
    return parts;
  }

  #cutNote(event, render) {
    const note = el("p", {class: "banner cut", role: "status"}, "Only the beginning is shown. ");
    note.append(el("button", {type: "button", class: "link", text: `Load all ${bytes(event.bytes)}`, onclick: async () => {
      const response = await fetch(`events/${event.seq}/data`);
      if (response.ok) {
        render(await response.text());
        note.remove();
      } else {
        note.textContent = "The server does not keep this event any more: only the beginning is left.";
      }
    }}));
    return note;
  }
}

/** The attributes of CloudEvents first, then the extensions. */
function attributes(event) {
  const entries = Object.entries(event.attributes);
  const extensions = entries.filter(([name]) => !CONTEXT.has(name));
  const ordered = [...entries.filter(([name]) => CONTEXT.has(name)), ...extensions];
  const parts = [
    el("h3", {text: "Attributes"}),
    el("dl", {class: "attributes"}, ...ordered.flatMap(([name, value]) => [
      el("dt", {class: name === extensions[0]?.[0] && "extension-first", text: name}), el("dd", {text: value})])),
  ];
  if (event.attributesCut) {
    parts.push(el("p", {class: "muted", text: "Long attributes are cut at 2,048 characters, and only 64 are shown."}));
  }
  return parts;
}

customElements.define("event-detail", EventDetail);
