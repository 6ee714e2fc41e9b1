// The WebSocket with live events. It reconnects by itself, and nothing depends on it alone.

import { resolveUrl, request, measureLatency, token } from "./api.js";
import { isFresh, store, applyMessage, publish } from "./store.js";

const RECONNECT_MS = [250, 500, 1000, 2000, 3000];
const MONITOR_MS = 3000;
const POLL_TIMEOUT_MS = 4000;
const WATCH_MS = 500;
const SILENT_MS = 8000;

let socket = null;
let tries = 0;

export function connect() {
  const url = resolveUrl("api/v1/events");
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  socket = new WebSocket(url, token.get() ? ["legato", `bearer.${asProtocolName(token.get())}`] : ["legato"]);
  const own = socket;
  own.onopen = () => { tries = 0; store.heardAt = performance.now(); online(true); };
  own.onmessage = ({ data }) => { store.heardAt = performance.now(); applyMessage(JSON.parse(data)); };
  own.onclose = () => {
    if (own !== socket) return;
    // From here on only old values are known; a poll shows at once whether the service is reachable at all.
    store.polledAt = -Infinity;
    online(false);
    poll();
    setTimeout(connect, RECONNECT_MS[Math.min(tries++, RECONNECT_MS.length - 1)]);
  };
}

/** Encoded for a subprotocol name, which may contain neither a slash nor an equals sign. */
const asProtocolName = (word) => encodeURIComponent(word).replace(/[()]/g, (one) => (one === "(" ? "%28" : "%29"));

/** Reconnects at once, for example with a new token. */
export function reconnect() {
  const old = socket;
  socket = null;
  old?.close();
  connect();
}

/** Sends a command on the WebSocket; whether it is open. */
export function send(command) {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(command));
  return true;
}

function online(is) {
  store.isOnline = is;
  publish("online");
}

/** Measures the latency of the service, again and again; without a WebSocket, polls the devices. */
export async function monitorLink() {
  store.latency = await measureLatency();
  if (!store.isOnline) await poll();
  if (store.isOnline && isSilent()) reconnect();
  publish("online");
  setTimeout(monitorLink, MONITOR_MS);
}

async function poll() {
  const states = await request("GET", "devices", { timeoutMs: POLL_TIMEOUT_MS }).catch(() => null);
  store.polledAt = states ? performance.now() : -Infinity;
  for (const state of states ?? []) applyMessage({ type: "state", state });
  publish("online");
}

/** Publishes when values become stale or fresh again: silence causes no event by itself. */
export function watchFreshness() {
  let was = isFresh();
  setInterval(() => {
    if (was === isFresh()) return;
    was = isFresh();
    publish("online");
  }, WATCH_MS);
}

// An online device sends readings at least every second: silence means a dead connection.
function isSilent() {
  const isThere = [...store.devices.values()].some((one) => one.doing !== "offline");
  return isThere && performance.now() - store.heardAt > SILENT_MS;
}
