// What somebody hears who does not look: what the device does and how a massage ended, whatever page is open.

import { say } from "./dom.js";
import { t } from "./i18n.js";
import { device, on } from "./store.js";

export function voice(place) {
  on("state chosen", () => {
    const state = device();
    if (state) say(place, [state.id, t(`doing_${state.doing}`), ended(state)].filter(Boolean).join(" · "));
  });
}

function ended({ doing, last, run }) {
  const isOver = doing === "idle" && last && run && new Date(last.at) >= new Date(run.started_at);
  return isOver ? t(`ended_${last.kind}`) : null;
}
