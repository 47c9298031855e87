import {EventModel} from "./event-model.js";

const RETRY_MILLISECONDS = 2000;

/**
 * The events of the server. Dispatches `state` (connecting, live, waiting), `hello` (first message of the server),
 * `restart` (the server is another process: earlier events are gone), `events`, `dropped` and `rate`.
 */
export class Stream extends EventTarget {
  #source;
  #lastId = "";
  #epoch = "";
  #waiting = [];

  open() {
    this.#source = new EventSource(`stream?after=${encodeURIComponent(this.#lastId)}`);
    this.#emit("state", "connecting");
    this.#source.onopen = () => this.#emit("state", "live");
    this.#source.onerror = () => this.#retry();
    this.#listen("hello", hello => this.#hello(hello));
    this.#listen("ce", message => this.#collect(new EventModel(message)));
    this.#listen("dropped", range => this.#emit("dropped", range.to - range.from + 1));
    this.#listen("rate", rate => this.#emit("rate", rate));
  }

  /** The browser reconnects by itself unless the server answered something else than a stream. */
  #retry() {
    this.#emit("state", "waiting");
    if (this.#source.readyState === EventSource.CLOSED) {
      setTimeout(() => this.open(), RETRY_MILLISECONDS);
    }
  }

  #listen(name, listener) {
    this.#source.addEventListener(name, message => {
      this.#lastId = message.lastEventId || this.#lastId;
      listener(JSON.parse(message.data));
    });
  }

  #hello(hello) {
    if (this.#epoch !== "" && this.#epoch !== hello.epoch) {
      this.#waiting = [];
      this.#emit("restart");
    }
    this.#epoch = hello.epoch;
    this.#emit("hello", hello);
  }

  /** Passed on together, once for what has arrived in a while: the page is drawn less often than events arrive. */
  #collect(event) {
    this.#waiting.push(event);
    if (this.#waiting.length === 1) {
      setTimeout(() => {
        const events = this.#waiting;
        this.#waiting = [];
        this.#emit("events", events);
      }, 50);
    }
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, {detail}));
  }
}
