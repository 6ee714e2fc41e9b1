// What is open, innermost last. Esc closes that first; only where there is nothing to close is it the emergency key.

const openings = [];

/** Notes that something is open, and how it is closed; returns how to say that it is not open any more. */
export function opens(close) {
  const own = { close };
  openings.push(own);
  return () => { if (openings.includes(own)) openings.splice(openings.indexOf(own), 1); };
}

/** Whether Esc had something to do here: clear a search, close what is open, or leave a field. */
export function escaped(target) {
  return isDroppedDown(target) || cleared(target) || closed() || left(target);
}

/** Where somebody writes or chooses: keys belong to it. */
export const field = (element) => element.matches?.("textarea, select, input:not([type=range],[type=checkbox],[type=radio])");

/** The list of a <select> is closed by the browser; one that knows no ":open" throws. */
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
  if (!field(target)) return false;
  target.blur();
  return true;
}
