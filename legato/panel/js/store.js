// What the panel knows, and who wants to hear of it.

import { keep, kept } from "./storage.js";

const MOST_LINES = 400;

export const store = {
  devices: new Map(),
  readings: new Map(),
  log: [],
  chosen: kept("device"),
  person: null,
  people: [],
  isGuest: false,
  isWatching: kept("watching") === "yes",
  isOnline: false,
  latency: null,
  heardAt: -Infinity,
  polledAt: -Infinity,
};

const hub = new EventTarget();

/** Listens to "state", "readings", "log", "online", "chosen", "person"; returns how to stop listening. */
export function on(names, listen) {
  for (const name of names.split(" ")) hub.addEventListener(name, listen);
  return () => { for (const name of names.split(" ")) hub.removeEventListener(name, listen); };
}

export const publish = (name) => hub.dispatchEvent(new Event(name));

/** Whether nothing but stopping is possible here: a guest, or a display. */
export const isReadOnly = () => store.isGuest || store.isWatching;

/** The device that the page is about. */
export function device() {
  return store.devices.get(store.chosen) ?? busiest() ?? null;
}

function busiest() {
  const all = [...store.devices.values()];
  return all.find((one) => isActive(one)) ?? all.find((one) => one.doing !== "offline") ?? all[0];
}

export function choose(id) {
  store.chosen = id;
  keep("device", id);
  publish("chosen");
}

export const readings = () => store.readings.get(device()?.id) ?? null;

/** Whether a massage is under way: a run that has not ended. The run of a device that only makes ready is the one before. */
export function isActive(state) {
  if (!state?.run || ["idle", "fault", "estop"].includes(state.doing)) return false;
  return !state.last || new Date(state.last.at) < new Date(state.run.started_at);
}

/** What is shown is true for so long after it was heard; a device that is there says something every second. */
const HEARD_WITHIN_MS = 3000;
const POLLED_MS = 8000;

/** Whether the panel knows what the devices do now; else it shows what was last known. */
export function isFresh() {
  const now = performance.now();
  if (!store.isOnline) return now - store.polledAt < POLLED_MS;
  return now - store.heardAt < HEARD_WITHIN_MS || ![...store.devices.values()].some((one) => one.doing !== "offline");
}

/** When the service was last heard, as a date; null where it never was. */
export function heard() {
  const at = Math.max(store.heardAt, store.polledAt);
  return Number.isFinite(at) ? new Date(Date.now() - (performance.now() - at)) : null;
}

/** Takes one message of the service. */
export function take(news) {
  if (news.type === "state") {
    store.devices.set(news.state.id, news.state);
    if (news.state.doing === "offline") store.readings.delete(news.state.id);
    publish("state");
  } else if (news.type === "readings") {
    store.readings.set(news.readings.id, { ...news.readings, arrived: performance.now() });
    publish("readings");
  } else if (news.type === "happened") {
    store.log.push(news);
    if (store.log.length > MOST_LINES) store.log.shift();
    publish("log");
  }
}
