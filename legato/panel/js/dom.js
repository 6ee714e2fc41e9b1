// Elements without a framework. Text is always text, never markup: a routine may be called "<script>".

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element: `on` holds listeners, `testid` the name for tests, the rest are attributes. */
export function h(tag, props = {}, ...children) {
  return dressed(document.createElement(tag), props, children);
}

/** The same for SVG. */
export function s(tag, props = {}, ...children) {
  return dressed(document.createElementNS(SVG, tag), props, children);
}

function dressed(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, listen] of Object.entries(value)) element.addEventListener(event, listen);
    else if (name === "testid") element.dataset.testid = value;
    else if (name === "value" || name === "checked") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets a text where it differs, so that screen readers are not told the same twice. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function swap(element, ...children) {
  element.replaceChildren(...children.flat().filter(Boolean));
}

/** A modal dialog that is gone when it is closed; Space and Esc still belong to the stops. */
export function dialog(title, ...children) {
  const box = h("dialog", { "aria-label": title, class: "card" }, h("h2", {}, title), ...children);
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  // Not modal: everything behind a modal dialog is out of reach, and the stops must never be.
  box.show();
  (box.querySelector("[autofocus], button, input, textarea, select") ?? box).focus();
  return box;
}
