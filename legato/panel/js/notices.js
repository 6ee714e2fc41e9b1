// What is wrong with the device: cause, evidence, and what to do about it.

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
    const key = JSON.stringify([state?.id, state?.doing, state?.problem, isReadOnly(), isLost]);
    if (key === before) return;
    before = key;
    swap(box, isLost ? lost(state) : null, state?.problem ? problem(state) : null);
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

/** A problem as a card; where it is held until a person clears it, with the button for that. */
function problem(state) {
  const { code, cause, advice, evidence, since, channel } = state.problem;
  const title = has(`problem_${code}`) ? t(`problem_${code}`) : t("problem_other", { code: code.replaceAll("_", " ") });
  const isHeld = ["fault", "estop"].includes(state.doing) || code === "stop_owed";
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
