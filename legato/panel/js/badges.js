// The badges in the header: whether the service is connected, its latency, and whether the device is simulated.

import { setText } from "./dom.js";
import { number, t } from "./i18n.js";
import { device, isFresh, on, store } from "./store.js";

const SLOW_MS = 250;

export function badges() {
  on("online state chosen", paint);
  paint();
}

function paint() {
  const link = document.getElementById("link");
  const { isOnline, latency } = store;
  const heard = isFresh() ? (latency > SLOW_MS ? "slow" : "good") : "gone";
  const is = isOnline ? heard : Number.isFinite(latency ?? Infinity) ? "http" : "gone";
  link.dataset.is = latency === null && !isOnline ? "begin" : is;
  // Rounded to tens of milliseconds: a live region must not announce every change.
  const ms = isOnline && Number.isFinite(latency ?? NaN) ? ` · ${number(latency < 10 ? Math.max(1, latency) : Math.round(latency / 10) * 10)} ms` : "";
  setText(link, t(`link_${link.dataset.is}`));
  link.dataset.ms = ms;
  link.title = t(`link_${link.dataset.is}_long`);
  const one = device();
  document.getElementById("sim").hidden = !one?.is_simulated;
  document.documentElement.dataset.simulated = one?.is_simulated ? "yes" : "no";
}
