// The page a person lies down with: choose and start; then the body, and what there is to say.

import { picker } from "./picker.js";
import { session } from "./session.js";
import { device, isActive, on } from "./store.js";
import { swap } from "./dom.js";

export function show(page) {
  let shown = null;
  let leave = () => null;
  const paint = () => {
    const state = device();
    const what = `${state?.id} ${state?.about?.name} ${isActive(state) ? state.run.started_at : "pick"}`;
    if (what === shown) return;
    shown = what;
    leave();
    scrollTo(0, 0);
    const part = what.endsWith("pick") ? picker() : session();
    leave = part.leave;
    swap(page, part.root);
  };
  const off = on("state chosen", paint);
  paint();
  return () => { off(); leave(); };
}
