// DOM elements without a framework. Text is always text, never markup: a routine may be called "<script>".

import { onEscape } from "./escape_key.js";

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element: `on` holds event listeners, `testid` the name for tests; all other props are attributes. */
export function h(tag, props = {}, ...children) {
  return withProps(document.createElement(tag), props, children);
}

/** The same for SVG. */
export function s(tag, props = {}, ...children) {
  return withProps(document.createElementNS(SVG, tag), props, children);
}

function withProps(element, props, children) {
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

/** Sets a text only if it differs, so that screen readers do not announce it twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setChildren(element, ...children) {
  element.replaceChildren(...children.flat().filter(Boolean));
}

/** A dialog that is removed when closed; the page does not scroll, and the focus returns to where it was. */
export function dialog(title, ...children) {
  const heading = h("h2", { tabindex: -1 }, title);
  const box = h("dialog", { "aria-label": title, class: "card" }, heading, ...children);
  const before = document.activeElement;
  const forgetEscape = onEscape(() => box.close());
  box.addEventListener("close", () => { forgetEscape(); restoreFocus(box, before); });
  document.body.append(box);
  // Not modal: everything behind a modal dialog is unreachable, and the stop buttons never may be. "show()" would scroll the
  // page to the dialog, which is the last thing in it.
  box.setAttribute("open", "");
  (box.querySelector("[autofocus], input, textarea, select") ?? heading).focus({ preventScroll: true });
  return box;
}

function restoreFocus(box, before) {
  const isWithin = box.contains(document.activeElement) || document.activeElement === document.body;
  box.remove();
  if (isWithin && !document.querySelector("dialog")) (before?.isConnected ? before : document.getElementById("page")).focus({ preventScroll: true });
}
