/** The attributes that CloudEvents defines; all others are extensions. */
export const CONTEXT = new Set(
    ["specversion", "type", "source", "subject", "id", "time", "dataschema", "datacontenttype"]);

/** One event, as the list, the filters and the detail read it. */
export class EventModel {
  /** @param {object} message as the server sent it */
  constructor(message) {
    Object.assign(this, message);
    this.type = this.attributes.type;
    this.kind = this.attributes.kind ?? "";
    this.namespace = this.attributes.namespace ?? "";
    /** What it takes in memory, in characters and roughly. */
    this.size = 500 + (this.data?.length ?? 0);
  }

  get isGap() {
    return this.category === "gap";
  }

  get isRepeat() {
    return this.repeatOf !== undefined;
  }

  get isRefused() {
    return this.status !== undefined && (this.status < 200 || this.status > 299);
  }

  /** What the event is about, in a few words. */
  get title() {
    const {name, subject, source} = this.attributes;
    const object = this.#eventObject();
    if (object) {
      return object;
    }
    return name ?? subject ?? source;
  }

  /** The word on the badge. */
  get label() {
    return this.category === "other" ? this.type.slice(this.type.lastIndexOf(".") + 1) : this.category;
  }

  /** One line that says most about the event. */
  get summary() {
    const body = this.#body();
    if (this.isGap) {
      return "History was lost: intermediate states may be missing";
    }
    if (this.kind === "Event" && typeof body?.reason === "string") {
      return `${body.reason}: ${body.message ?? ""}`;
    }
    if (typeof body?.status?.phase === "string") {
      return body.status.phase;
    }
    if (this.attributes.resourceversion) {
      return `resource version ${this.attributes.resourceversion}`;
    }
    return this.kind ? this.type : (this.data ?? "").slice(0, 200);
  }

  /** Whether all `words`, in lower case, occur in the attributes or the data. */
  hasWords(words) {
    if (words.length === 0) {
      return true;
    }
    const text = Object.entries(this.attributes).map(([name, value]) => `${name}=${value}`).join("\n").toLowerCase()
        + "\n" + (this.data ?? "").toLowerCase();
    return words.every(word => text.includes(word));
  }

  /** Of a Kubernetes Event: the object that it speaks of. */
  #eventObject() {
    const object = this.kind === "Event" ? this.#body()?.involvedObject ?? this.#body()?.regarding : undefined;
    return typeof object?.name === "string" ? `${object.kind ?? ""} ${object.name}`.trim() : undefined;
  }

  /** Parsed when a row is shown, not on arrival: most events are never shown. */
  #body() {
    if (!this.json || this.cut) {
      return undefined;
    }
    try {
      return JSON.parse(this.data);
    } catch {
      return undefined;
    }
  }
}
