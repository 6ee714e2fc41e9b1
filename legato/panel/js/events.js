// The WebSocket: what happens, as it happens. It comes back by itself, and nothing depends on it alone.

import { address, ask, roundtrip, token } from "./api.js";
import { store, take, tell } from "./store.js";

const AGAIN_MS = [250, 500, 1000, 2000, 3000];
const LOOK_MS = 3000;
const SILENT_MS = 8000;

let socket = null;
let tries = 0;
let heard = 0;

export function connect() {
  const url = address("api/v1/events");
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.hash = "";
  socket = new WebSocket(url, token.get() ? ["legato", `bearer.${token.get()}`] : ["legato"]);
  const own = socket;
  own.onopen = () => { tries = 0; heard = performance.now(); online(true); };
  own.onmessage = ({ data }) => { heard = performance.now(); take(JSON.parse(data)); };
  own.onclose = () => {
    if (own !== socket) return;
    online(false);
    setTimeout(connect, AGAIN_MS[Math.min(tries++, AGAIN_MS.length - 1)]);
  };
}

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
  tell("online");
}

/** Looks how far the service is; without WebSocket, asks what the devices do. */
export async function look() {
  store.latency = await roundtrip();
  if (!store.isOnline && Number.isFinite(store.latency)) await ask("GET", "devices").then(all, () => null);
  if (store.isOnline && isSilent()) reconnect();
  tell("online");
  setTimeout(look, LOOK_MS);
}

// Where a device is there its readings come every second at least: silence is a connection that is dead.
function isSilent() {
  const isThere = [...store.devices.values()].some((one) => one.doing !== "offline");
  return isThere && performance.now() - heard > SILENT_MS;
}

function all(states) {
  for (const state of states) take({ type: "state", state });
}
