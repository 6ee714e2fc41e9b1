// The last two minutes of readings of every device, for charts; older ones are dropped.

import { on, store } from "./store.js";

const MOST = 1200;
const KEPT_MS = 120_000;
const kept = new Map();

/** Starts keeping readings. */
export function recordReadings() {
  on("readings", () => {
    for (const [id, now] of store.readings) {
      const recent = kept.get(id) ?? [];
      if (recent.at(-1) === now) continue;
      recent.push(now);
      while (recent.length > MOST || now.arrived - recent[0].arrived > KEPT_MS) recent.shift();
      kept.set(id, recent);
    }
  });
}

/** Times (seconds before now), commanded and measured values of one channel. */
export function curve(id, index) {
  const recent = kept.get(id) ?? [];
  const now = performance.now();
  return [
    recent.map((one) => (one.arrived - now) / 1000),
    recent.map((one) => one.commanded[index] ?? null),
    recent.map((one) => one.measured[index] ?? null),
  ];
}
