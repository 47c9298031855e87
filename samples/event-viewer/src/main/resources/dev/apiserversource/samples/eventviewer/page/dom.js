/**
 * Creates an element. Every text becomes a text node: nothing that was received is ever parsed as HTML.
 *
 * @param {string} tag
 * @param {Object<string, string|number|boolean|Function|undefined>} [properties] `text`, listeners such as `onclick`,
 *     or attributes; false and undefined leave an attribute out
 * @param {...(Node|string)} children
 */
export function el(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same for SVG. */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) {
      continue;
    }
    if (name === "text") {
      element.textContent = value;
    } else if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children);
  return element;
}

/** 1234567 as "1,234,567", in the language of the browser. */
export function number(value) {
  return value.toLocaleString();
}

/** A size for people. */
export function bytes(value) {
  if (value < 1024) {
    return `${value} B`;
  }
  return value < 1024 * 1024 ? `${(value / 1024).toFixed(1)} KiB` : `${(value / 1024 / 1024).toFixed(1)} MiB`;
}

/** The time of day of milliseconds since 1970. */
export function timeOfDay(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString([], {hour12: false});
}
