// The last two minutes of readings of every device, for charts; what is older is forgotten.

import { on, store } from "./store.js";

const MOST = 1200;
const KEPT_MS = 120_000;
const tapes = new Map();

/** Begins to keep readings. */
export function record() {
  on("readings", () => {
    for (const [id, now] of store.readings) {
      const tape = tapes.get(id) ?? [];
      if (tape.at(-1) === now) continue;
      tape.push(now);
      while (tape.length > MOST || now.arrived - tape[0].arrived > KEPT_MS) tape.shift();
      tapes.set(id, tape);
    }
  });
}

/** Times (seconds before now), commanded and measured values of one channel. */
export function curve(id, index) {
  const tape = tapes.get(id) ?? [];
  const now = performance.now();
  return [
    tape.map((one) => (one.arrived - now) / 1000),
    tape.map((one) => one.commanded[index] ?? null),
    tape.map((one) => one.measured[index] ?? null),
  ];
}
