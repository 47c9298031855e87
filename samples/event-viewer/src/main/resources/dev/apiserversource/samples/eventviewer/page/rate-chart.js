import {el, number, svg} from "./dom.js";

/** The columns of the server's counts, in its order. */
const COLUMNS = ["add", "update", "delete", "gap", "other", "repeat"];
const STACK = ["add", "update", "delete", "other", "gap"];
const SECONDS = 600;
const WINDOWS = [
  {label: "2 min", seconds: 120, bucket: 2},
  {label: "10 min", seconds: 600, bucket: 10},
];
const BARS = 60;
const HEIGHT = 64;
const MARKS = 8;

/** Events per second as stacked bars; gaps and repeats are marked with shapes of their own. */
class RateChart extends HTMLElement {
  #counts = new Map();
  #window = WINDOWS[0];
  #now = 0;

  connectedCallback() {
    this.picture = svg("svg", {
      viewBox: `0 0 ${BARS * 10} ${HEIGHT + 2 * MARKS}`, preserveAspectRatio: "none", role: "img"});
    this.peak = el("span", {class: "peak muted"});
    this.legend = el("ul", {class: "legend"});
    this.windows = el("div", {class: "windows", role: "group", "aria-label": "Time shown"}, ...WINDOWS.map(window =>
        el("button", {type: "button", class: "button quiet", text: window.label, onclick: () => this.#show(window)})));
    this.replaceChildren(
        el("div", {class: "chart-head"}, el("h2", {text: "Rate"}), this.peak, this.windows),
        this.picture,
        this.legend);
    this.#show(WINDOWS[0]);
  }

  /** Forgets all counts. */
  clear() {
    this.#counts.clear();
    this.#draw();
  }

  /** Takes a message `rate` of the server. */
  add(rate) {
    rate.counts.forEach((counts, i) => this.#counts.set(rate.from + i, counts));
    this.#now = rate.from + rate.counts.length;
    for (const second of this.#counts.keys()) {
      if (second < this.#now - SECONDS) {
        this.#counts.delete(second);
      }
    }
    this.#draw();
  }

  #show(window) {
    this.#window = window;
    [...this.windows.children].forEach((button, i) =>
        button.setAttribute("aria-pressed", String(WINDOWS[i] === window)));
    this.#draw();
  }

  #draw() {
    const buckets = this.#buckets();
    const height = bucket => STACK.reduce((sum, name) => sum + bucket[name], 0);
    const highest = Math.max(1, ...buckets.map(height));
    this.picture.replaceChildren(...buckets.flatMap((bucket, i) => this.#bar(bucket, i * 10, highest)));
    const totals = Object.fromEntries(COLUMNS.map(name => [name, buckets.reduce((sum, b) => sum + b[name], 0)]));
    const all = STACK.reduce((sum, name) => sum + totals[name], 0);
    const perSecond = all === 0 ? 0 : highest / this.#window.bucket;
    this.peak.textContent = `${number(all)} events, peak ${perSecond < 10 ? perSecond.toFixed(1) : number(
        Math.round(perSecond))}/s`;
    this.picture.setAttribute("aria-label", `Events in the last ${this.#window.label}: ${this.peak.textContent}; `
        + COLUMNS.map(name => `${name} ${totals[name]}`).join(", "));
    this.legend.replaceChildren(...["add", "update", "delete", "other", "gap", "repeat"].map(name =>
        el("li", {}, el("i", {class: `key ${name}`, "aria-hidden": "true"}), `${name} `,
            el("b", {text: number(totals[name])}))));
  }

  #buckets() {
    const {seconds, bucket} = this.#window;
    // Buckets start at multiples of their length, so that bars move and do not change their height.
    const end = Math.ceil(this.#now / bucket) * bucket;
    const buckets = [];
    for (let from = end - seconds; from < end; from += bucket) {
      const sums = Object.fromEntries(COLUMNS.map(name => [name, 0]));
      for (let second = from; second < from + bucket; second++) {
        this.#counts.get(second)?.forEach((count, i) => sums[COLUMNS[i]] += count);
      }
      buckets.push(sums);
    }
    return buckets;
  }

  #bar(bucket, x, highest) {
    const shapes = [svg("rect", {class: "empty", x: x + 1, y: HEIGHT + MARKS - 1, width: 8, height: 1})];
    let top = HEIGHT + MARKS;
    for (const name of STACK.filter(category => bucket[category] > 0)) {
      const height = Math.max(1.5, bucket[name] / highest * HEIGHT);
      top -= height;
      shapes.push(svg("rect", {class: name, x: x + 1, y: top, width: 8, height}));
    }
    if (bucket.gap > 0) {
      shapes.push(svg("path", {class: "gap-mark", d: `M${x} 0h10l-5 ${MARKS - 1}z`}));
    }
    if (bucket.repeat > 0) {
      shapes.push(svg("rect", {class: "repeat", x: x + 1, y: HEIGHT + MARKS + 3, width: 8, height: 4}));
    }
    return shapes;
  }
}

customElements.define("rate-chart", RateChart);
