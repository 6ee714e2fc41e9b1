// From the touch on "Start" to the massage, or to what stands in its way: said where it is seen, and with the focus.

import { Refused } from "./api.js";
import { command, complain, reason } from "./commands.js";
import { h, swap } from "./dom.js";
import { t } from "./i18n.js";
import { newPerson } from "./people.js";
import { screening } from "./screening.js";
import { store } from "./store.js";

/** Begins `routine`; `at` is the sheet: its gate, its start button, the box itself, the scale for pain, and the length. */
export async function begin(routine, at, acknowledged = false) {
  const { gate, start, box, pain, length } = at;
  swap(gate);
  busy(start, true);
  try {
    const person = store.person;
    const wish = { routine: routine.name, acknowledged, ...(person ? { person } : {}), ...(length.minutes === null ? {} : { minutes: length.minutes }) };
    const state = await command("start", wish, { silent: true });
    box.close();
    location.hash = "#play";
    // Only a massage that has begun has a "before"; it is noted as of its beginning.
    await pain?.keep(state.run.started_at).catch(complain);
  } catch (error) {
    busy(start, false);
    refused(error, routine, at);
  }
}

function busy(start, is) {
  start.disabled = is;
  start.textContent = t(is ? "starting" : "start");
}

function refused(error, routine, at) {
  const problem = error instanceof Refused ? error.problem : {};
  if (problem.needs === "screening") return screen(routine, at);
  if (problem.needs === "acknowledge") return acknowledge(problem, routine, at);
  return showRefusal(at.gate, reason(error));
}

/** Says in the gate why it does not begin: in sight above the buttons, with the focus, and out loud. */
export function showRefusal(gate, text) {
  const said = h("p", { class: "warn", role: "alert", tabindex: -1, testid: "refused" }, text);
  swap(gate, said);
  show(gate, said);
}

function show(gate, focused) {
  focused.focus({ preventScroll: true });
  gate.scrollIntoView({ block: "nearest" });
}

function acknowledge({ cautions }, routine, at) {
  const { gate, start } = at;
  const box = h("input", { type: "checkbox", testid: "ack", on: { change: () => { go.disabled = !box.checked; } } });
  const go = h("button", { class: "main huge", disabled: true, testid: "ack-start", on: { click: () => begin(routine, { ...at, start: go }, true) } }, t("start"));
  start.hidden = true;
  swap(gate, h("ul", { class: "warn" }, (cautions ?? []).map((one) => h("li", {}, one))), h("label", { class: "row ack" }, box, h("span", {}, t("acknowledge"))), go);
  return show(gate, box);
}

async function screen(routine, at) {
  if (!store.person && !(await newPerson())) return;
  try {
    if (await screening(at.gate, store.person)) await begin(routine, at);
  } catch (error) { showRefusal(at.gate, reason(error)); }
}
