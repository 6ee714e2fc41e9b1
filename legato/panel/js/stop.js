// The stops. No confirmation, in the same place on every page, and sent twice: over WebSocket and plain HTTP.

import { request, ApiError } from "./api.js";
import { setText } from "./dom.js";
import { send } from "./events.js";
import { t } from "./i18n.js";
import { handleEscape, isTextField } from "./escape_key.js";
import { device, on, store } from "./store.js";

const RETRY_MS = 500;
const TIMEOUT_MS = 4000;
const MAX_TRIES = 20;

/** An Esc within this time after one that closed something counts as part of it, not as an emergency stop. */
const ESCAPE_GRACE_MS = 1000;

export function bindStopControls() {
  const told = document.getElementById("stop-told");
  // "pointerdown" comes some 100 ms before "click"; a keyboard or a screen reader sends only "click".
  for (const [id, stop] of [["stop", stopOne], ["stop-all", stopAll], ["estop", emergency]]) {
    const button = document.getElementById(id);
    button.addEventListener("pointerdown", (event) => { if (event.button === 0) stop(told); });
    button.addEventListener("click", (event) => { if (event.detail === 0) stop(told); });
  }
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") escape(event, told);
    else if (event.key === " " && !ownsSpace(event) && !event.repeat) { event.preventDefault(); stopOne(told); }
  }, { capture: true });
  // On release, Space would also "click" whichever button has the focus.
  addEventListener("keyup", (event) => {
    if (event.key === " " && !ownsSpace(event)) event.preventDefault();
  }, { capture: true });
  on("state chosen", label);
}

/** Whether Space belongs to the focused element: a text field, or one of the stop buttons. */
const ownsSpace = ({ target }) => isTextField(target) || Boolean(target.closest?.("#stops"));

let graceUntil = 0;

function escape(event, told) {
  if (event.isComposing) return;
  if (!event.target.matches?.("select")) event.preventDefault();
  // Holding the key closes one thing, not everything and then the massage.
  if (event.repeat) return;
  if (handleEscape(event.target)) graceUntil = performance.now() + ESCAPE_GRACE_MS;
  else if (performance.now() >= graceUntil) emergency(told);
}

/** Labels the first button with its device; the second one is shown only if there are several devices. */
function label() {
  const isAlone = store.devices.size < 2;
  setText(document.getElementById("stop-which"), isAlone ? "" : device().id);
  document.getElementById("stop-all").hidden = isAlone;
}

/** Stops the device in view; all devices if none is known. */
function stopOne(told) {
  const id = device()?.id;
  if (id === undefined) return stopAll(told);
  flash("stop");
  send({ do: "stop", device: id });
  return stopUntilConfirmed(`devices/${encodeURIComponent(id)}/stop`, told);
}

function stopAll(told) {
  flash("stop-all");
  for (const device of store.devices.keys()) send({ do: "stop", device });
  stopUntilConfirmed("stop", told);
}

/** Names no device: an unknown one would be refused, and then nothing would stop. */
function emergency(told) {
  flash("estop");
  send({ do: "emergency_stop" });
  stopUntilConfirmed("emergency-stop", told);
}

function flash(id) {
  const button = document.getElementById(id);
  button.classList.add("pressed");
  setTimeout(() => button.classList.remove("pressed"), 600);
}

/** How often each stop was pressed, by its path. */
const presses = new Map();

/**
 * Repeats a stop until every device has confirmed; names those that have not, and what to do. Only those are asked again,
 * and only by the last press of this stop: what somebody has since cleared or started is left alone.
 */
async function stopUntilConfirmed(path, told) {
  const [press, what] = [(presses.get(path) ?? 0) + 1, path.split("/").at(-1)];
  presses.set(path, press);
  let asks = () => [request("POST", path, { timeoutMs: TIMEOUT_MS })];
  for (let i = 0; i < MAX_TRIES && press === presses.get(path); i++) {
    try {
      const away = (await Promise.all(asks())).flat().filter(isUnconfirmed);
      setText(told, away.length ? t("stop_unconfirmed", { devices: away.map(describe).join(", ") }) : "");
      if (!away.length) return;
      asks = () => away.map((state) => retry(state, what));
    } catch (error) {
      // A refusal means that the service has received it.
      if (error instanceof ApiError && error.problem.status < 500) return setText(told, error.message);
      setText(told, t("stop_unreached"));
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/**
 * Asks one device again. The state of an offline one is fetched first: the service keeps an emergency stop for it until
 * somebody withdraws it. Only then is there nothing more to ask; no other state counts as a confirmation.
 */
async function retry(state, what) {
  const path = `devices/${encodeURIComponent(state.id)}`;
  if (state.doing === "offline") {
    const now = await fetchState(path);
    const isKept = what === "stop" || now?.problem?.code === "stop_owed";
    if (now?.doing === "offline" && isKept) return now;
    if (now && !isKept && isWithdrawn(now, state)) return [];
  }
  return request("POST", `${path}/${what}`, { timeoutMs: TIMEOUT_MS });
}

/** The state of a device; null if this page may not see it, such as without a token (a stop needs none). */
async function fetchState(path) {
  try {
    return await request("GET", path, { timeoutMs: TIMEOUT_MS });
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

/** Whether somebody has withdrawn an emergency stop since; a restarted service knows of none. */
const isWithdrawn = ({ stop_withdrawn_at: at }, before) => Boolean(at) && at !== before.stop_withdrawn_at;

/** Whether a device has not itself confirmed its stop; a state that was only fetched is no confirmation. */
const isUnconfirmed = ({ stop }) => !stop?.confirmed;

/** The id of a device, and why it has not confirmed. */
const describe = (state) => (state.problem ? `${state.id} (${state.problem.cause})` : state.id);
