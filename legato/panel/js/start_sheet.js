// The start sheet of a routine: what it is, its length, how it differs on this device, cautions, and the start button.

import { get } from "./api.js";
import { startRoutine, showRefusal } from "./admission.js";
import { showError, errorText } from "./commands.js";
import { differences, limits } from "./compile_report.js";
import { dialog, h, setChildren } from "./dom.js";
import { minutes, number, t } from "./i18n.js";
import { lengthPicker } from "./length.js";
import { painScale } from "./pain_scale.js";
import { picture } from "./picture.js";
import { screening } from "./screening.js";
import { device, isActive, isReadOnly, on, store } from "./store.js";

export function openStartSheet(routine) {
  for (const old of document.querySelectorAll("dialog.start")) old.close();
  const state = device();
  const map = picture();
  const part = { facts: h("p", { class: "facts" }), report: h("div", { class: "report", testid: "report" }), gate: h("div", { class: "gate" }) };
  const pain = store.person && !isReadOnly() ? painScale("before") : null;
  const due = h("div");
  if (store.person && !isReadOnly()) offerScreening(due, part.gate);
  const length = lengthPicker(() => again());
  const start = h("button", { class: "main huge", testid: "start", disabled: true,
    on: { click: () => startRoutine(routine, { gate: part.gate, start, box, pain, length }) } }, t("start"));
  const box = dialog(routine.title, map.root, part.facts, length.root, h("p", {}, routine.purpose),
    routine.why ? h("details", { testid: "why" }, h("summary", {}, t("why_figures")), h("p", { lang: "en" }, routine.why)) : null, part.report,
    routine.cautions.length ? h("div", { class: "warn" }, h("strong", {}, t("cautions")), h("ul", {}, routine.cautions.map((one) => h("li", {}, one)))) : null,
    routine.clinician_directed ? h("p", { class: "warn" }, t("clinician")) : null,
    pain?.root, due, isReadOnly() ? h("p", { class: "soft" }, t("read_only")) : null, part.gate,
    h("div", { class: "buttons" }, start, h("button", { testid: "back", on: { click: () => box.close() } }, t("back"))));
  box.classList.add("sheet", "start");
  // The sheet is about this device and this person.
  const offs = [on("state chosen", () => { if (isActive(device()) || device()?.id !== state?.id) box.close(); }), on("person", () => { length.forget(); again(); })];
  box.addEventListener("close", () => offs.forEach((off) => off()));
  const again = () => {
    map.load(`routines/${routine.name}/picture.svg?${query(state, length)}`, true).catch(() => map.root.remove());
    loadReport(routine, state, part, start, length);
  };
  again();
}

const query = (state, { minutes: wanted }) =>
  new URLSearchParams({ device: state?.about ? state.id : "boots-6", ...(wanted === null ? {} : { minutes: wanted }) });

/** Shows the compile report for this device and person; once shown, the routine can be started, if anything of it plays. */
async function loadReport(routine, state, { facts, report, gate }, start, length) {
  const asked = query(state, length);
  if (store.person && !isReadOnly()) asked.set("person", store.person);
  start.disabled = true;
  try {
    const made = await get(`routines/${routine.name}/${isReadOnly() ? "report" : "before"}?${asked}`);
    const peak = Math.max(0, ...Object.values(made.peak_mmhg));
    setChildren(facts, [minutes(made.duration_s), t("up_to", { p: number(peak) }), t("steps_n", { n: made.steps.length }), state?.id].filter(Boolean).map((one) => h("span", {}, one)));
    setChildren(report, differences(made, true), limits(made));
    length.offer(made);
    if (made.refusal) return showRefusal(gate, made.refusal);
    start.disabled = !state?.about || state.doing !== "idle" || isReadOnly();
  } catch (error) {
    setChildren(facts);
    setChildren(report);
    showRefusal(gate, errorText(error));
  }
  return undefined;
}

/** Offers the screening questions that are due for this person: they can be answered before any massage. */
async function offerScreening(place, gate) {
  const standing = await get(`people/${encodeURIComponent(store.person)}/screening`).catch(() => null);
  if (!standing?.due.length) return;
  const ask = h("button", { class: "wide", testid: "screen", on: { click: () => screening(gate, store.person).then(() => setChildren(place), showError) } }, t("questions_due", { n: standing.due.length }));
  setChildren(place, ask);
}
