// Settings that this browser keeps between visits. If it cannot (cookies blocked, storage full), they last until the page is closed.

const here = new Map();

/** The value stored under this name, or null. */
export function loadSetting(name) {
  if (here.has(name)) return here.get(name);
  try { return localStorage.getItem(`legato.${name}`); } catch { return null; }
}

export function saveSetting(name, value) {
  here.delete(name);
  try { localStorage.setItem(`legato.${name}`, value); } catch { here.set(name, value); }
}
