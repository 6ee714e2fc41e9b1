// A massage in progress: the body, the position, the cue, and the controls.

import { command, toast } from "./commands.js";
import { h, setText, setChildren } from "./dom.js";
import { figure, TOP_MMHG } from "./figure.js";
import { clock, moment, number, t } from "./i18n.js";
import { iconKinds, legendIcon } from "./actuator_icons.js";
import { onEscape } from "./escape_key.js";
import { device, lastHeardAt, isFresh, isReadOnly, on, readings, store } from "./store.js";

const STALE_MS = 1500;
const INTENSITY_MS = 120;
const STANDSTILL = ["paused", "found"];

export function session() {
  const state = device();
  const body = state.about ? figure(state.about) : null;
  const part = {
    doing: h("p", { class: "doing", testid: "doing" }),
    step: h("p", { class: "step", testid: "step", "aria-live": "polite" }),
    progress: h("progress", { testid: "progress", max: 1000, value: 0, "aria-label": t("progress") }),
    position: h("p", { class: "soft position-told", testid: "position", role: "status" }),
    left: h("p", { class: "left", testid: "left", role: "timer" }),
    cue: h("div", { class: "cue-place", "aria-live": "assertive" }),
    age: h("p", { class: "age", testid: "age" }),
    buttons: h("div", { class: "buttons" }),
    ...intensity(state),
  };
  const root = h("div", { class: "session" }, part.cue,
    h("section", { class: "card stage", "aria-label": t("body") }, body?.root, part.age, legend(state.about)),
    h("section", { class: "card steer" },
      h("h2", {}, state.run.title), h("div", { class: "row" }, part.doing, part.left), part.step, part.progress, part.position, part.buttons, part.strength));
  const paint = () => draw(part, body);
  const offs = [on("state readings online chosen person", paint), on("log", explainDelay)];
  const timer = setInterval(paint, 250);
  paint();
  return { root, dispose: () => { part.buttons.forget?.(); offs.forEach((off) => off()); clearInterval(timer); } };
}

/** Explains why nothing moves yet after "Resume"; and says when something on the leg has been there long enough. */
function explainDelay() {
  const last = store.log.at(-1), state = device();
  if (last.id !== state?.id) return;
  if (last.name === "resting") toast(t("resting"));
  if (last.name === "overdue") toast(t("take_off", { what: state.run.laid_on }));
}

function draw(part, body) {
  const state = device();
  if (!state?.run) return;
  const { run, doing } = state;
  const now = readings();
  const age = now ? performance.now() - now.arrived : Infinity;
  body?.update(now, age > STALE_MS);
  setText(part.age, age > STALE_MS ? (now ? t("stale", { s: number(age / 1000) }) : t("no_readings")) : "");
  const known = isFresh();
  setText(part.doing, known ? t(`doing_${doing}`) : t("last_known", { doing: t(`doing_${doing}`), at: moment(lastHeardAt()) }));
  part.doing.dataset.doing = known ? doing : "unknown";
  setText(part.step, run.step ? `${run.step_number ? `${run.step_number}/${run.steps} · ` : ""}${run.step}` : " ");
  const at = doing === "running" && now ? Math.max(now.session_ms, run.session_ms) : run.session_ms;
  part.progress.value = Math.round((1000 * at) / run.duration_ms);
  setText(part.left, t(known ? "left" : "left_then", { time: clock(run.duration_ms - at) }));
  setText(part.position, STANDSTILL.includes(doing) ? t("goes_on_at", { time: clock(at) }) : "");
  part.progress.classList.toggle("stale", !known);
  showCue(part.cue, state);
  part.follow(run.intensity);
  buttons(part.buttons, doing, run.cue?.must_be_answered);
}

function showCue(place, { run, doing }) {
  const key = run.cue ? `${run.cue.id} ${doing} ${isReadOnly()}` : "";
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  const { cue } = run;
  const answer = cue?.waits && doing === "waiting" && !isReadOnly();
  setChildren(place, cue ? h("div", { class: "cue" }, h("p", { testid: "cue" }, cue.say),
    answer ? h("button", { class: "main huge", testid: "cue-answer", on: { click: () => command("answer", { question: cue.id }) } }, t("answer")) : null) : null);
}

/** Pause, resume, skip. A stop needs no confirmation; a resume does, because the pressure comes back. */
function buttons(box, doing, must) {
  const key = `${doing} ${isReadOnly()} ${must}`;
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.forget?.();
  if (isReadOnly() || ["stopping", "offline", "fault", "estop"].includes(doing)) return setChildren(box);
  const pause = h("button", { class: "main", testid: "pause", on: { click: () => command("pause") } }, t("pause"));
  const skip = h("button", { testid: "skip", on: { click: () => command("skip") } }, t("skip"));
  const resume = h("button", { class: "main", testid: "resume", on: { click: () => confirm(box, resume, skip) } }, t("resume"));
  if (STANDSTILL.includes(doing)) return setChildren(box, resume, skip);
  // Whether it has been taken off must be answered: no skip goes past that.
  return setChildren(box, doing === "waiting" ? null : pause, doing === "waiting" && must ? null : skip);
}

function confirm(box, ...before) {
  const back = () => { box.forget(); setChildren(box, before); before[0].focus(); };
  const yes = h("button", { class: "main", testid: "resume-confirm", on: { click: () => command("resume") } }, t("resume_yes"));
  box.forget = onEscape(back);
  setChildren(box, h("p", { class: "ask" }, t("resume_sure")), yes, h("button", { on: { click: back } }, t("not_yet")));
  yes.focus();
}

function intensity(state) {
  const told = h("output", {});
  const slider = h("input", { type: "range", min: 10, max: 100, step: 5, value: state.run.intensity, testid: "intensity", "aria-label": t("intensity") });
  let timer = null;
  slider.addEventListener("input", () => {
    setText(told, `${slider.value} %`);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      await command("intensity", { percent: Number(slider.value) });
      timer = null;
    }, INTENSITY_MS);
  });
  const strength = h("label", { class: "strength" }, h("span", {}, t("intensity")), slider, told);
  const follow = (percent) => {
    slider.disabled = isReadOnly();
    if (timer !== null) return;
    slider.value = percent;
    setText(told, `${percent} %`);
  };
  return { strength, follow };
}

/** What colours, outlines and icons mean. */
function legend(about) {
  const signs = iconKinds(about?.channels ?? []).map((kind) => h("span", { class: "signed" }, legendIcon(kind), t(`kind_${kind}`)));
  return h("div", { class: "scale", "aria-hidden": "true" }, h("span", {}, "0"), h("i", {}), h("span", {}, `${TOP_MMHG} mmHg`), h("b", {}), h("span", {}, t("asked_for")), signs);
}
