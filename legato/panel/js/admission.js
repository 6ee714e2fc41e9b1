// From the touch on "Start" to the massage, or to what prevents it: shown in view, focused and announced.

import { ApiError } from "./api.js";
import { command, showError, errorText } from "./commands.js";
import { h, setChildren } from "./dom.js";
import { t } from "./i18n.js";
import { newPerson } from "./people.js";
import { screening } from "./screening.js";
import { store } from "./store.js";

/** Starts `routine`; `at` is the start sheet: its gate, start button, dialog, pain scale and length picker. */
export async function startRoutine(routine, at, acknowledged = false) {
  const { gate, start, box, pain, length } = at;
  setChildren(gate);
  setBusy(start, true);
  try {
    const person = store.person;
    const wish = { routine: routine.name, acknowledged, ...(person ? { person } : {}), ...(length.minutes === null ? {} : { minutes: length.minutes }) };
    const state = await command("start", wish, { silent: true });
    box.close();
    location.hash = "#play";
    // Only a massage that has started has a "before"; the note gets the time of its start.
    await pain?.keep(state.run.started_at).catch(showError);
  } catch (error) {
    setBusy(start, false);
    refused(error, routine, at);
  }
}

function setBusy(start, is) {
  start.disabled = is;
  start.textContent = t(is ? "starting" : "start");
}

function refused(error, routine, at) {
  const problem = error instanceof ApiError ? error.problem : {};
  if (problem.needs === "screening") return screenFirst(routine, at);
  if (problem.needs === "acknowledge") return acknowledge(problem, routine, at);
  return showRefusal(at.gate, errorText(error));
}

/** Shows in the gate why it does not start: in view above the buttons, focused and announced. */
export function showRefusal(gate, text) {
  const said = h("p", { class: "warn", role: "alert", tabindex: -1, testid: "refused" }, text);
  setChildren(gate, said);
  reveal(gate, said);
}

function reveal(gate, focused) {
  focused.focus({ preventScroll: true });
  gate.scrollIntoView({ block: "nearest" });
}

function acknowledge({ cautions }, routine, at) {
  const { gate, start } = at;
  const box = h("input", { type: "checkbox", testid: "ack", on: { change: () => { go.disabled = !box.checked; } } });
  const go = h("button", { class: "main huge", disabled: true, testid: "ack-start", on: { click: () => startRoutine(routine, { ...at, start: go }, true) } }, t("start"));
  start.hidden = true;
  setChildren(gate, h("ul", { class: "warn" }, (cautions ?? []).map((one) => h("li", {}, one))), h("label", { class: "row ack" }, box, h("span", {}, t("acknowledge"))), go);
  return reveal(gate, box);
}

async function screenFirst(routine, at) {
  if (!store.person && !(await newPerson())) return;
  try {
    if (await screening(at.gate, store.person)) await startRoutine(routine, at);
  } catch (error) { showRefusal(at.gate, errorText(error)); }
}
