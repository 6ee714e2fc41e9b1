// Screen reader announcements: what the device does and how a massage ended, on every page.

import { setText } from "./dom.js";
import { t } from "./i18n.js";
import { device, on } from "./store.js";

export function announceState(place) {
  on("state chosen", () => {
    const state = device();
    if (state) setText(place, [state.id, t(`doing_${state.doing}`), ended(state)].filter(Boolean).join(" · "));
  });
}

function ended({ doing, last, run }) {
  const isOver = doing === "idle" && last && run && new Date(last.at) >= new Date(run.started_at);
  return isOver ? t(`ended_${last.kind}`) : null;
}
