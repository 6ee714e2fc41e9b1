// A massage under way: the body, where it stands, what it says, and the few things a person may want.

import { command, toast } from "./commands.js";
import { h, say, swap } from "./dom.js";
import { figure, TOP_MMHG } from "./figure.js";
import { clock, moment, number, t } from "./i18n.js";
import { kinds, sign } from "./marks.js";
import { opens } from "./openings.js";
import { device, heard, isFresh, isReadOnly, on, readings, store } from "./store.js";

const STALE_MS = 1500;
const INTENSITY_MS = 120;
const STANDS = ["paused", "found"];

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
    h("section", { class: "card stage", "aria-label": t("body") }, body?.root, part.age, scale(state.about)),
    h("section", { class: "card steer" },
      h("h2", {}, state.run.title), h("div", { class: "row" }, part.doing, part.left), part.step, part.progress, part.position, part.buttons, part.strength));
  const paint = () => draw(part, body);
  const offs = [on("state readings online chosen person", paint), on("log", explain)];
  const timer = setInterval(paint, 250);
  paint();
  return { root, leave: () => { part.buttons.forget?.(); offs.forEach((off) => off()); clearInterval(timer); } };
}

/** Why nothing moves yet, though somebody has just said "Go on"; and that what lies on the leg has lain there long enough. */
function explain() {
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
  say(part.age, age > STALE_MS ? (now ? t("stale", { s: number(age / 1000) }) : t("no_readings")) : "");
  const known = isFresh();
  say(part.doing, known ? t(`doing_${doing}`) : t("last_known", { doing: t(`doing_${doing}`), at: moment(heard()) }));
  part.doing.dataset.doing = known ? doing : "unknown";
  say(part.step, run.step ? `${run.step_number ? `${run.step_number}/${run.steps} · ` : ""}${run.step}` : " ");
  const at = doing === "running" && now ? Math.max(now.session_ms, run.session_ms) : run.session_ms;
  part.progress.value = Math.round((1000 * at) / run.duration_ms);
  say(part.left, t(known ? "left" : "left_then", { time: clock(run.duration_ms - at) }));
  say(part.position, STANDS.includes(doing) ? t("goes_on_at", { time: clock(at) }) : "");
  part.progress.classList.toggle("stale", !known);
  asked(part.cue, state);
  part.follow(run.intensity);
  buttons(part.buttons, doing, run.cue?.must_be_answered);
}

function asked(place, { run, doing }) {
  const key = run.cue ? `${run.cue.id} ${doing} ${isReadOnly()}` : "";
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  const { cue } = run;
  const answer = cue?.waits && doing === "waiting" && !isReadOnly();
  swap(place, cue ? h("div", { class: "cue" }, h("p", { testid: "cue" }, cue.say),
    answer ? h("button", { class: "main huge", testid: "cue-answer", on: { click: () => command("answer", { question: cue.id }) } }, t("answer")) : null) : null);
}

/** Pause, resume, skip. Stopping needs no second thought; that the pressure comes back does. */
function buttons(box, doing, must) {
  const key = `${doing} ${isReadOnly()} ${must}`;
  if (box.dataset.key === key) return;
  box.dataset.key = key;
  box.forget?.();
  if (isReadOnly() || ["stopping", "offline", "fault", "estop"].includes(doing)) return swap(box);
  const pause = h("button", { class: "main", testid: "pause", on: { click: () => command("pause") } }, t("pause"));
  const skip = h("button", { testid: "skip", on: { click: () => command("skip") } }, t("skip"));
  const resume = h("button", { class: "main", testid: "resume", on: { click: () => confirm(box, resume, skip) } }, t("resume"));
  if (STANDS.includes(doing)) return swap(box, resume, skip);
  // Whether it is off wants an answer: no skip passes that over.
  return swap(box, doing === "waiting" ? null : pause, doing === "waiting" && must ? null : skip);
}

function confirm(box, ...before) {
  const back = () => { box.forget(); swap(box, before); before[0].focus(); };
  const yes = h("button", { class: "main", testid: "resume-confirm", on: { click: () => command("resume") } }, t("resume_yes"));
  box.forget = opens(back);
  swap(box, h("p", { class: "ask" }, t("resume_sure")), yes, h("button", { on: { click: back } }, t("not_yet")));
  yes.focus();
}

function intensity(state) {
  const told = h("output", {});
  const slider = h("input", { type: "range", min: 10, max: 100, step: 5, value: state.run.intensity, testid: "intensity", "aria-label": t("intensity") });
  let timer = null;
  slider.addEventListener("input", () => {
    say(told, `${slider.value} %`);
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
    say(told, `${percent} %`);
  };
  return { strength, follow };
}

/** What colours, outlines and signs stand for. */
function scale(about) {
  const signs = kinds(about?.channels ?? []).map((kind) => h("span", { class: "signed" }, sign(kind), t(`kind_${kind}`)));
  return h("div", { class: "scale", "aria-hidden": "true" }, h("span", {}, "0"), h("i", {}), h("span", {}, `${TOP_MMHG} mmHg`), h("b", {}), h("span", {}, t("asked_for")), signs);
}
