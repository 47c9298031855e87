import {el} from "./dom.js";

const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/g;
const INDENT = "  ";
/** Colours for more than this would make the browser slow. */
const MAX_COLOURED = 200_000;

/**
 * JSON with one member a line and colours. Tokens are copied as they are, because JSON.parse would change long numbers
 * and remove repeated names. Text that ends in the middle is fine.
 *
 * @param {string} json
 * @returns {(Node|string)[]}
 */
export function jsonText(json) {
  if (json.length > MAX_COLOURED) {
    return [json];
  }
  const out = new Writer();
  const tokens = json.match(TOKEN) ?? [];
  tokens.forEach((token, i) => out.token(token, tokens[i + 1]));
  return out.nodes;
}

class Writer {
  nodes = [];
  #depth = 0;
  #empty = false;

  token(token, next) {
    switch (token) {
      case "{":
      case "[":
        this.nodes.push(token);
        this.#empty = next === "}" || next === "]";
        this.#depth++;
        this.#lineUnlessEmpty();
        break;
      case "}":
      case "]":
        this.#depth = Math.max(0, this.#depth - 1);
        this.#lineUnlessEmpty();
        this.nodes.push(token);
        this.#empty = false;
        break;
      case ",":
        this.nodes.push(token);
        this.#lineUnlessEmpty();
        break;
      case ":":
        this.nodes.push(": ");
        break;
      default:
        this.nodes.push(el("span", {class: kindOf(token, next), text: token}));
    }
  }

  #lineUnlessEmpty() {
    if (!this.#empty) {
      this.nodes.push("\n" + INDENT.repeat(Math.min(this.#depth, 40)));
    }
  }
}

function kindOf(token, next) {
  if (token.startsWith("\"")) {
    return next === ":" ? "json-name" : "json-string";
  }
  return /^[-\d]/.test(token) ? "json-number" : "json-word";
}
