// The Play page: choose and start a routine; then the body and the session controls.

import { picker } from "./picker.js";
import { session } from "./session.js";
import { device, isActive, on } from "./store.js";
import { setChildren } from "./dom.js";

export function show(page) {
  let shown = null;
  let dispose = () => null;
  const paint = () => {
    const state = device();
    const what = `${state?.id} ${state?.about?.name} ${isActive(state) ? state.run.started_at : "pick"}`;
    if (what === shown) return;
    shown = what;
    dispose();
    scrollTo(0, 0);
    const part = what.endsWith("pick") ? picker() : session();
    dispose = part.dispose;
    setChildren(page, part.root);
  };
  const off = on("state chosen", paint);
  paint();
  return () => { off(); dispose(); };
}
