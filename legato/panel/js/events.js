// The WebSocket: what happens, as it happens. It comes back by itself, and nothing depends on it alone.

import { address, ask, roundtrip, token } from "./api.js";
import { isFresh, store, take, publish } from "./store.js";

const AGAIN_MS = [250, 500, 1000, 2000, 3000];
const LOOK_MS = 3000;
const POLL_MS = 4000;
const WATCH_MS = 500;
const SILENT_MS = 8000;

let socket = null;
let tries = 0;

export function connect() {
  const url = address("api/v1/events");
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  socket = new WebSocket(url, token.get() ? ["legato", `bearer.${escaped(token.get())}`] : ["legato"]);
  const own = socket;
  own.onopen = () => { tries = 0; store.heardAt = performance.now(); online(true); };
  own.onmessage = ({ data }) => { store.heardAt = performance.now(); take(JSON.parse(data)); };
  own.onclose = () => {
    if (own !== socket) return;
    // From here on nothing is known but what was; a look says at once whether the service is there at all.
    store.polledAt = -Infinity;
    online(false);
    poll();
    setTimeout(connect, AGAIN_MS[Math.min(tries++, AGAIN_MS.length - 1)]);
  };
}

/** As it may stand in the name of a protocol, which takes neither a slash nor an equals sign. */
const escaped = (word) => encodeURIComponent(word).replace(/[()]/g, (one) => (one === "(" ? "%28" : "%29"));

/** Begins again at once, as after a new token. */
export function reconnect() {
  const old = socket;
  socket = null;
  old?.close();
  connect();
}

/** Sends a command on the WebSocket; whether there is one. */
export function send(command) {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(command));
  return true;
}

function online(is) {
  store.isOnline = is;
  publish("online");
}

/** Looks how far the service is; without WebSocket, asks what the devices do. */
export async function look() {
  store.latency = await roundtrip();
  if (!store.isOnline) await poll();
  if (store.isOnline && isSilent()) reconnect();
  publish("online");
  setTimeout(look, LOOK_MS);
}

async function poll() {
  const states = await ask("GET", "devices", { patience: POLL_MS }).catch(() => null);
  store.polledAt = states ? performance.now() : -Infinity;
  for (const state of states ?? []) take({ type: "state", state });
  publish("online");
}

/** Says so when nothing is heard any more: that makes no event by itself. */
export function watch() {
  let was = isFresh();
  setInterval(() => {
    if (was === isFresh()) return;
    was = isFresh();
    publish("online");
  }, WATCH_MS);
}

// Where a device is there its readings come every second at least: silence is a connection that is dead.
function isSilent() {
  const isThere = [...store.devices.values()].some((one) => one.doing !== "offline");
  return isThere && performance.now() - store.heardAt > SILENT_MS;
}
