// What is to be seen at any time: whether the panel hears the service, how far it is, and that a simulator is one.

import { say } from "./dom.js";
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
  // Tens of milliseconds are enough, and a live region must not talk all the time.
  const ms = isOnline && Number.isFinite(latency ?? NaN) ? ` · ${number(latency < 10 ? Math.max(1, latency) : Math.round(latency / 10) * 10)} ms` : "";
  say(link, t(`link_${link.dataset.is}`));
  link.dataset.ms = ms;
  link.title = t(`link_${link.dataset.is}_long`);
  const one = device();
  document.getElementById("sim").hidden = !one?.is_simulated;
  document.documentElement.dataset.simulated = one?.is_simulated ? "yes" : "no";
}
