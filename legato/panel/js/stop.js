// The stops. No confirmation, the same place on every page, and two ways at once: WebSocket and plain HTTP.

import { ask, Refused } from "./api.js";
import { say } from "./dom.js";
import { send } from "./events.js";
import { t } from "./i18n.js";
import { store } from "./store.js";

const AGAIN_MS = 500;
const PATIENCE_MS = 4000;
const TRIES = 20;

const field = (element) => element.matches?.("textarea, select, input:not([type=range],[type=checkbox],[type=radio])");

export function arm() {
  const told = document.getElementById("stop-told");
  // "pointerdown" is some 100 ms before "click"; a keyboard or a screen reader clicks.
  for (const [id, stop] of [["stop", soft], ["estop", emergency]]) {
    const button = document.getElementById(id);
    button.addEventListener("pointerdown", (event) => { if (event.button === 0) stop(told); });
    button.addEventListener("click", (event) => { if (event.detail === 0) stop(told); });
  }
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); emergency(told); }
    else if (event.key === " " && !field(event.target) && !event.repeat) { event.preventDefault(); soft(told); }
  }, { capture: true });
  // Space would also "click" whatever button has the focus, once it is let go.
  addEventListener("keyup", (event) => {
    if (event.key === " " && !field(event.target)) event.preventDefault();
  }, { capture: true });
}

function soft(told) {
  mark("stop");
  const ids = [...store.devices.values()].filter((one) => one.doing !== "offline").map((one) => one.id);
  for (const device of ids) {
    send({ do: "stop", device });
    insist(`devices/${encodeURIComponent(device)}/stop`, told);
  }
  if (!ids.length) insist("stop", told);
}

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

/** Asks until it is done. */
async function insist(path, told) {
  for (let i = 0; i < TRIES; i++) {
    try {
      await ask("POST", path, { patience: PATIENCE_MS });
      return say(told, "");
    } catch (error) {
      // Whoever answers has understood: a device that is away is stopped by its own firmware.
      if (error instanceof Refused && error.problem.status < 500) return say(told, error.message);
      say(told, t("stop_unreached"));
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
