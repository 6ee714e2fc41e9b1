// One routine before it plays: what it is, how long, what to bear in mind, and the start.

import { get, Refused } from "./api.js";
import { command, complain } from "./commands.js";
import { dialog, h, swap } from "./dom.js";
import { minutes, number, t } from "./i18n.js";
import { noteScale } from "./note.js";
import { newPerson } from "./people.js";
import { picture } from "./picture.js";
import { screening } from "./screening.js";
import { device, isActive, isReadOnly, on, store } from "./store.js";

export function open(routine) {
  for (const old of document.querySelectorAll("dialog.start")) old.close();
  const state = device();
  const map = picture();
  const facts = h("p", { class: "facts" });
  const gate = h("div", { class: "gate", "aria-live": "assertive" });
  const pain = store.person && !isReadOnly() ? noteScale("before") : null;
  const due = h("div");
  if (store.person && !isReadOnly()) careful(due, gate);
  const start = h("button", { class: "main huge", testid: "start", disabled: !state?.about || state.doing !== "idle" || isReadOnly(),
    on: { click: () => begin(routine, { gate, start, box, pain }) } }, t("start"));
  const box = dialog(routine.title, map.root, facts, h("p", {}, routine.purpose),
    routine.cautions.length ? h("div", { class: "warn" }, h("strong", {}, t("cautions")), h("ul", {}, routine.cautions.map((one) => h("li", {}, one)))) : null,
    routine.clinician_directed ? h("p", { class: "warn" }, t("clinician")) : null,
    pain?.root, due, gate, isReadOnly() ? h("p", { class: "soft" }, t("read_only")) : null,
    h("div", { class: "buttons" }, start, h("button", { testid: "back", on: { click: () => box.close() } }, t("back"))));
  box.classList.add("sheet", "start");
  const off = on("state", () => { if (isActive(device())) box.close(); });
  box.addEventListener("close", off);
  const query = `?device=${encodeURIComponent(state?.about ? state.id : "boots-6")}`;
  map.load(`routines/${routine.name}/picture.svg${query}`, true).catch(() => map.root.remove());
  get(`routines/${routine.name}/report${query}`).then((made) => {
    const peak = Math.max(0, ...Object.values(made.peak_mmhg));
    swap(facts, [minutes(made.duration_s), t("up_to", { p: number(peak) }), t("steps_n", { n: made.steps.length }), state?.id].filter(Boolean).map((one) => h("span", {}, one)));
  }, (error) => swap(facts, h("span", { class: "caution" }, error.message)));
}

/** Whether questions of the screening are due, for whoever it is for: they may be answered before any massage. */
async function careful(place, gate) {
  const standing = await get(`people/${encodeURIComponent(store.person)}/screening`).catch(() => null);
  if (!standing?.due.length) return;
  const ask = h("button", { class: "wide", testid: "screen", on: { click: () => screening(gate, store.person).then(() => swap(place), complain) } }, t("questions_due", { n: standing.due.length }));
  swap(place, ask);
}

async function begin(routine, at, acknowledged = false) {
  const { gate, start, box, pain } = at;
  swap(gate);
  start.disabled = true;
  start.textContent = t("starting");
  try {
    await pain?.keep();
    await command("start", { routine: routine.name, acknowledged, ...(store.person ? { person: store.person } : {}) }, { silent: true });
    box.close();
    location.hash = "#play";
  } catch (error) {
    start.disabled = false;
    start.textContent = t("start");
    if (error instanceof Refused && error.problem.type === "not_admitted") admit(error, routine, at);
    else complain(error);
  }
}

/** What would open the gate: questions, or that a caution has been read. */
function admit({ problem }, routine, at) {
  const { gate, start } = at;
  if (problem.needs === "screening") return screen(routine, at);
  if (problem.needs !== "acknowledge") return swap(gate, h("p", { class: "warn" }, problem.detail));
  const box = h("input", { type: "checkbox", testid: "ack", on: { change: () => { go.disabled = !box.checked; } } });
  const go = h("button", { class: "main huge", disabled: true, testid: "ack-start", on: { click: () => begin(routine, at, true) } }, t("start"));
  start.hidden = true;
  swap(gate, h("ul", { class: "warn" }, (problem.cautions ?? []).map((one) => h("li", {}, one))), h("label", { class: "row ack" }, box, h("span", {}, t("acknowledge"))), go);
  return box.focus();
}

async function screen(routine, at) {
  if (!store.person && !(await newPerson())) return;
  try {
    if (await screening(at.gate, store.person)) await begin(routine, at);
  } catch (error) { complain(error); }
}
