// What is wrong with the device: cause, evidence, and what to do about it; and what lies on the leg while nothing asks for it.

import { h, swap } from "./dom.js";
import { command } from "./commands.js";
import { has, moment, t } from "./i18n.js";
import { device, heard, isActive, isFresh, isReadOnly, on } from "./store.js";

export function notices(box) {
  let before = "";
  const paint = () => {
    const state = device();
    const isLost = state !== null && !isFresh();
    document.documentElement.dataset.known = isLost ? "no" : "yes";
    const key = JSON.stringify([state?.id, state?.doing, state?.problem, laidOn(state), state?.run?.overdue, isReadOnly(), isLost]);
    if (key === before) return;
    before = key;
    swap(box, isLost ? lost(state) : null, laid(state, isLost), state?.problem ? problem(state) : null);
  };
  on("state chosen person online", paint);
}

/** That all the page shows is what was last known: since when, what the device does by itself, what can be done. */
function lost(state) {
  const isPlaying = isActive(state);
  return h("section", { class: "card problem", testid: "unknown", role: "alert" },
    h("h2", {}, t("unknown_title", { at: moment(heard()) })),
    h("p", {}, t(isPlaying ? "unknown_playing" : "unknown_idle", { device: state.id })),
    isPlaying ? h("p", {}, t("unknown_stops")) : null);
}

const ASKS = ["starting", "running", "waiting"];
const HELD = ["fault", "estop"];

function laidOn(state) {
  return state?.run?.laid_on || (HELD.includes(state?.doing) ? state.last?.laid_on : "") || "";
}

/** What was laid on by hand: a pause does not hold its time up, and whatever else stops the massage leaves it there. */
function laid(state, isLost) {
  const what = laidOn(state);
  if (!what || (ASKS.includes(state.doing) && !isLost)) return null;
  return h("section", { class: "card problem", testid: "laid-on", role: "alert" },
    h("h2", {}, t(state.doing === "paused" && !state.run.overdue && !isLost ? "laid_on" : "take_off", { what })));
}

/** A problem as a card; where it is held until a person clears it, with the button for that. */
function problem(state) {
  const { code, cause, advice, evidence, since, channel } = state.problem;
  const title = has(`problem_${code}`) ? t(`problem_${code}`) : t("problem_other", { code: code.replaceAll("_", " ") });
  const isHeld = HELD.includes(state.doing) || code === "stop_owed";
  return h("section", { class: `card problem ${code}`, testid: "problem", role: "alert" },
    h("h2", {}, title),
    h("p", {}, has(`advice_${code}`) ? t(`advice_${code}`) : advice),
    h("details", {}, h("summary", {}, t("evidence")),
      h("dl", {}, [[t("cause"), cause], [t("since"), moment(since)], [t("channel"), channel], ...spokenFor(evidence)]
        .filter(([, value]) => value !== null && value !== "")
        .flatMap(([name, value]) => [h("dt", {}, name.replaceAll("_", " ")), h("dd", {}, String(value))]))),
    isHeld && !isReadOnly()
      ? h("button", { class: "main", testid: "clear-fault", on: { click: () => command("clear-fault") } }, t("clear")) : null);
}

/** Evidence by name; figures of the wire that it has in words as well are left to programs. */
function spokenFor(evidence) {
  const { found, a, b, commanded, measured, ...figures } = evidence;
  return found ? [[t("evidence_found"), found], ...Object.entries(figures)] : Object.entries(evidence);
}
