// What this browser keeps between two visits. Where it keeps nothing (cookies refused, storage full), the page remembers until it is left.

const here = new Map();

/** What was kept under this name; null where nothing was. */
export function kept(name) {
  if (here.has(name)) return here.get(name);
  try { return localStorage.getItem(`legato.${name}`); } catch { return null; }
}

export function keep(name, value) {
  here.delete(name);
  try { localStorage.setItem(`legato.${name}`, value); } catch { here.set(name, value); }
}
