// The small heat map of a routine. The service draws it; it is inserted as elements, since an <img> could not send a token.

import { getInBackground } from "./api.js";
import { h } from "./dom.js";

const KEEPS = { path: ["fill", "d"], rect: ["width", "height", "fill"] };

export function picture() {
  const root = h("span", { class: "map", "aria-hidden": "true" });
  const load = async (path, isWanted) => root.replaceChildren(drawn(await getInBackground(path, isWanted)));
  return { root, load };
}

/** Copies only shapes, and only their geometry and colour. */
function drawn(text) {
  const told = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const svg = document.createElementNS(told.namespaceURI, "svg");
  for (const name of ["viewBox", "preserveAspectRatio"]) svg.setAttribute(name, told.getAttribute(name));
  for (const shape of told.children) {
    if (!(shape.localName in KEEPS)) continue;
    const copy = document.createElementNS(told.namespaceURI, shape.localName);
    for (const name of KEEPS[shape.localName]) copy.setAttribute(name, shape.getAttribute(name));
    svg.append(copy);
  }
  return svg;
}
