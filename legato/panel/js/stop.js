// The stops. No confirmation, the same place on every page, and two ways at once: WebSocket and plain HTTP.

import { ask, Refused } from "./api.js";
import { say } from "./dom.js";
import { send } from "./events.js";
import { t } from "./i18n.js";
import { escaped, field } from "./openings.js";
import { device, on, store } from "./store.js";

const AGAIN_MS = 500;
const PATIENCE_MS = 4000;
const TRIES = 20;

/** After an Esc that closed something, another within this time is meant for that, too: it is no emergency. */
const CALM_MS = 1000;

export function arm() {
  const told = document.getElementById("stop-told");
  // "pointerdown" is some 100 ms before "click"; a keyboard or a screen reader clicks.
  for (const [id, stop] of [["stop", stopOne], ["stop-all", stopAll], ["estop", emergency]]) {
    const button = document.getElementById(id);
    button.addEventListener("pointerdown", (event) => { if (event.button === 0) stop(told); });
    button.addEventListener("click", (event) => { if (event.detail === 0) stop(told); });
  }
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") escape(event, told);
    else if (event.key === " " && !isTyped(event) && !event.repeat) { event.preventDefault(); stopOne(told); }
  }, { capture: true });
  // Space would also "click" whatever button has the focus, once it is let go.
  addEventListener("keyup", (event) => {
    if (event.key === " " && !isTyped(event)) event.preventDefault();
  }, { capture: true });
  on("state chosen", label);
}

/** Whether Space belongs to what has the focus: a field, or a stop of another kind. */
const isTyped = ({ target }) => field(target) || Boolean(target.closest?.("#stops"));

let calmUntil = 0;

function escape(event, told) {
  if (event.isComposing) return;
  if (!event.target.matches?.("select")) event.preventDefault();
  // Whoever holds the key closes one thing, not everything and then the massage.
  if (event.repeat) return;
  if (escaped(event.target)) calmUntil = performance.now() + CALM_MS;
  else if (performance.now() >= calmUntil) emergency(told);
}

/** Which device the first button stops; the second is there where it would stop another one. */
function label() {
  const isAlone = store.devices.size < 2;
  say(document.getElementById("stop-which"), isAlone ? "" : device().id);
  document.getElementById("stop-all").hidden = isAlone;
}

/** Stops the device in view; all of them where none is known. */
function stopOne(told) {
  const id = device()?.id;
  if (id === undefined) return stopAll(told);
  mark("stop");
  send({ do: "stop", device: id });
  return insist(`devices/${encodeURIComponent(id)}/stop`, told);
}

function stopAll(told) {
  mark("stop-all");
  for (const device of store.devices.keys()) send({ do: "stop", device });
  insist("stop", told);
}

/** Names no device: what is not known would be refused, and then nothing would stop. */
function emergency(told) {
  mark("estop");
  send({ do: "emergency_stop" });
  insist("emergency-stop", told);
}

function mark(id) {
  const button = document.getElementById(id);
  button.classList.add("pressed");
  setTimeout(() => button.classList.remove("pressed"), 600);
}

/** How often each stop was pressed, by its path. */
const presses = new Map();

/**
 * Asks until every device has confirmed; what has not is named, and what to do. Only what has not is asked again, and by
 * the last press of this stop alone: what somebody has cleared or begun meanwhile goes on.
 */
async function insist(path, told) {
  const [press, what] = [(presses.get(path) ?? 0) + 1, path.split("/").at(-1)];
  presses.set(path, press);
  let asks = () => [ask("POST", path, { patience: PATIENCE_MS })];
  for (let i = 0; i < TRIES && press === presses.get(path); i++) {
    try {
      const away = (await Promise.all(asks())).flat().filter(isMissed);
      say(told, away.length ? t("stop_unconfirmed", { devices: away.map(named).join(", ") }) : "");
      if (!away.length) return;
      asks = () => away.map((state) => again(state, what));
    } catch (error) {
      // Whoever refuses has understood.
      if (error instanceof Refused && error.problem.status < 500) return say(told, error.message);
      say(told, t("stop_unreached"));
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/**
 * Asks one device again. One that was away is looked at first: the service keeps an emergency stop for it until somebody
 * takes that back. Only then is there nothing more to ask; whatever else is seen is no confirmation.
 */
async function again(state, what) {
  const path = `devices/${encodeURIComponent(state.id)}`;
  if (state.doing === "offline") {
    const now = await look(path);
    const isKept = what === "stop" || now?.problem?.code === "stop_owed";
    if (now?.doing === "offline" && isKept) return now;
    if (now && !isKept && isWithdrawn(now, state)) return [];
  }
  return ask("POST", `${path}/${what}`, { patience: PATIENCE_MS });
}

/** How a device stands; null where this page is not told, as without a token: a stop needs none. */
async function look(path) {
  try {
    return await ask("GET", path, { patience: PATIENCE_MS });
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

/** Whether somebody has taken back an emergency stop since; a service that has begun anew knows of none. */
const isWithdrawn = ({ stop_withdrawn_at: at }, before) => Boolean(at) && at !== before.stop_withdrawn_at;

/** Whether a device has not said itself that it stopped; one that was only looked at has not. */
const isMissed = ({ stop }) => !stop?.confirmed;

/** A device, and why it has not. */
const named = (state) => (state.problem ? `${state.id} (${state.problem.cause})` : state.id);
