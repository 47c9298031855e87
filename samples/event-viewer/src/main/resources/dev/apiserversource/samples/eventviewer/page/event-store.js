/** The events in memory, the oldest first: bounded in number and in characters. */
export class EventStore {
  events = [];
  maxEvents = 10_000;
  #maxSize = 32 * 1024 * 1024;
  #size = 0;

  /** Adds `events`, and drops the oldest ones until the bounds hold. */
  add(events) {
    for (const event of events) {
      this.events.push(event);
      this.#size += event.size;
    }
    let drop = 0;
    while (this.events.length - drop > 1
        && (this.events.length - drop > this.maxEvents || this.#size > this.#maxSize)) {
      this.#size -= this.events[drop].size;
      drop++;
    }
    this.events.splice(0, drop);
  }

  clear() {
    this.events = [];
    this.#size = 0;
  }

  /** The sequence number of the oldest event. */
  get oldest() {
    return this.events[0]?.seq ?? Infinity;
  }

  find(seq) {
    return this.events.find(event => event.seq === seq);
  }
}
