// The state of the panel, and the events that announce its changes.

import { saveSetting, loadSetting } from "./storage.js";

const MOST_LINES = 400;

export const store = {
  devices: new Map(),
  readings: new Map(),
  log: [],
  chosen: loadSetting("device"),
  person: null,
  people: [],
  isGuest: false,
  isWatching: loadSetting("watching") === "yes",
  isOnline: false,
  latency: null,
  heardAt: -Infinity,
  polledAt: -Infinity,
};

const hub = new EventTarget();

/** Subscribes to "state", "readings", "log", "online", "chosen" or "person"; returns a function that unsubscribes. */
export function on(names, listen) {
  for (const name of names.split(" ")) hub.addEventListener(name, listen);
  return () => { for (const name of names.split(" ")) hub.removeEventListener(name, listen); };
}

export const publish = (name) => hub.dispatchEvent(new Event(name));

/** Whether only the stops work here: for a guest, or a display. */
export const isReadOnly = () => store.isGuest || store.isWatching;

/** The device in view. */
export function device() {
  return store.devices.get(store.chosen) ?? busiest() ?? null;
}

function busiest() {
  const all = [...store.devices.values()];
  return all.find((one) => isActive(one)) ?? all.find((one) => one.doing !== "offline") ?? all[0];
}

export function chooseDevice(id) {
  store.chosen = id;
  saveSetting("device", id);
  publish("chosen");
}

export const readings = () => store.readings.get(device()?.id) ?? null;

/** Whether a massage is in progress: a run that has not ended. While a device is preparing, `run` is still the previous one. */
export function isActive(state) {
  if (!state?.run || ["idle", "fault", "estop"].includes(state.doing)) return false;
  return !state.last || new Date(state.last.at) < new Date(state.run.started_at);
}

/** How long values count as current; an online device reports at least every second. */
const HEARD_WITHIN_MS = 3000;
const POLLED_WITHIN_MS = 8000;

/** Whether the panel knows the current state of the devices; otherwise it shows last known values. */
export function isFresh() {
  const now = performance.now();
  if (!store.isOnline) return now - store.polledAt < POLLED_WITHIN_MS;
  return now - store.heardAt < HEARD_WITHIN_MS || ![...store.devices.values()].some((one) => one.doing !== "offline");
}

/** When the service was last heard from, as a Date; null if never. */
export function lastHeardAt() {
  const at = Math.max(store.heardAt, store.polledAt);
  return Number.isFinite(at) ? new Date(Date.now() - (performance.now() - at)) : null;
}

/** Applies one message from the service. */
export function applyMessage(message) {
  if (message.type === "state") {
    store.devices.set(message.state.id, message.state);
    if (message.state.doing === "offline") store.readings.delete(message.state.id);
    publish("state");
  } else if (message.type === "readings") {
    store.readings.set(message.readings.id, { ...message.readings, arrived: performance.now() });
    publish("readings");
  } else if (message.type === "happened") {
    store.log.push(message);
    if (store.log.length > MOST_LINES) store.log.shift();
    publish("log");
  }
}
