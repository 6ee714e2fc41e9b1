// What Esc closes, innermost last. Only with nothing left to close does Esc trigger the emergency stop.

const openings = [];

/** Registers how to close something that has opened; returns a function that unregisters it. */
export function onEscape(close) {
  const own = { close };
  openings.push(own);
  return () => { if (openings.includes(own)) openings.splice(openings.indexOf(own), 1); };
}

/** Clears a search, closes what is open, or leaves a field; whether there was anything to do. */
export function handleEscape(target) {
  return isDroppedDown(target) || cleared(target) || closed() || left(target);
}

/** Whether an element takes text or a choice, so that key presses belong to it. */
export const isTextField = (element) => element.matches?.("textarea, select, input:not([type=range],[type=checkbox],[type=radio])");

/** The browser itself closes the list of a <select>; a browser without ":open" throws. */
function isDroppedDown(target) {
  try { return target.matches("select:open"); } catch { return false; }
}

function cleared(target) {
  if (!target.matches?.("input[type=search]") || !target.value) return false;
  target.value = "";
  target.dispatchEvent(new Event("input"));
  return true;
}

function closed() {
  const innermost = openings.pop();
  innermost?.close();
  return Boolean(innermost);
}

function left(target) {
  if (!isTextField(target)) return false;
  target.blur();
  return true;
}
