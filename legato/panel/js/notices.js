// Notices at the top of the page: what is wrong with the device (cause, evidence, advice), and what is still on the leg.

import { h, setChildren } from "./dom.js";
import { command } from "./commands.js";
import { has, moment, t } from "./i18n.js";
import { device, lastHeardAt, isActive, isFresh, isReadOnly, on } from "./store.js";

export function notices(box) {
  let before = "";
  const paint = () => {
    const state = device();
    const isLost = state !== null && !isFresh();
    document.documentElement.dataset.known = isLost ? "no" : "yes";
    const key = JSON.stringify([state?.id, state?.doing, state?.problem, laidOn(state), state?.run?.overdue, isReadOnly(), isLost]);
    if (key === before) return;
    before = key;
    setChildren(box, isLost ? staleNotice(state) : null, laidOnNotice(state, isLost), state?.problem ? problemCard(state) : null);
  };
  on("state chosen person online", paint);
}

/** The page shows only last known values: since when, what the device does by itself, and what to do. */
function staleNotice(state) {
  const isPlaying = isActive(state);
  return h("section", { class: "card problem", testid: "unknown", role: "alert" },
    h("h2", {}, t("unknown_title", { at: moment(lastHeardAt()) })),
    h("p", {}, t(isPlaying ? "unknown_playing" : "unknown_idle", { device: state.id })),
    isPlaying ? h("p", {}, t("unknown_stops")) : null);
}

const PROMPTING = ["starting", "running", "waiting"];
const HELD = ["fault", "estop"];

function laidOn(state) {
  return state?.run?.laid_on || (HELD.includes(state?.doing) ? state.last?.laid_on : "") || "";
}

/** Something laid on by hand: its time keeps running in a pause, and anything else that stops the massage leaves it there. */
function laidOnNotice(state, isLost) {
  const what = laidOn(state);
  if (!what || (PROMPTING.includes(state.doing) && !isLost)) return null;
  return h("section", { class: "card problem", testid: "laid-on", role: "alert" },
    h("h2", {}, t(state.doing === "paused" && !state.run.overdue && !isLost ? "laid_on" : "take_off", { what })));
}

/** A problem as a card; if it is latched until a person clears it, with a button to clear it. */
function problemCard(state) {
  const { code, cause, advice, evidence, since, channel } = state.problem;
  const title = has(`problem_${code}`) ? t(`problem_${code}`) : t("problem_other", { code: code.replaceAll("_", " ") });
  const isHeld = HELD.includes(state.doing) || code === "stop_owed";
  return h("section", { class: `card problem ${code}`, testid: "problem", role: "alert" },
    h("h2", {}, title),
    h("p", {}, has(`advice_${code}`) ? t(`advice_${code}`) : advice),
    h("details", {}, h("summary", {}, t("evidence")),
      h("dl", {}, [[t("cause"), cause], [t("since"), moment(since)], [t("channel"), channel], ...readableEvidence(evidence)]
        .filter(([, value]) => value !== null && value !== "")
        .flatMap(([name, value]) => [h("dt", {}, name.replaceAll("_", " ")), h("dd", {}, String(value))]))),
    isHeld && !isReadOnly()
      ? h("button", { class: "main", testid: "clear-fault", on: { click: () => command("clear-fault") } }, t("clear")) : null);
}

/** Evidence by name; raw values from the wire are left out if the same is there in words. */
function readableEvidence(evidence) {
  const { found, a, b, commanded, measured, ...figures } = evidence;
  return found ? [[t("evidence_found"), found], ...Object.entries(figures)] : Object.entries(evidence);
}
