// The diary: massages, pain before and after, and courses.

import { request, get, post } from "./api.js";
import { chart } from "./chart.js";
import { showError, errorText } from "./commands.js";
import { h, setChildren } from "./dom.js";
import { clock, day, number, t } from "./i18n.js";
import { personPicker } from "./people.js";
import { isReadOnly, on, store } from "./store.js";

const COURSES = ["rls", "neuromuscular", "daily", "weekly", "biweekly", "twice_monthly", "professional"];

export function show(page) {
  const place = h("div", { class: "diary" });
  let dispose = () => null;
  let turn = 0;
  const paint = async () => {
    const own = ++turn;
    dispose();
    dispose = () => null;
    if (isReadOnly()) return setChildren(place, h("p", { class: "card" }, t("read_only")));
    if (!store.person) return setChildren(place, h("p", { class: "card" }, t("nobody_yet")));
    const base = `people/${encodeURIComponent(store.person)}`;
    try {
      const [rows, courses] = await Promise.all([get(`${base}/history`), get(`${base}/courses`)]);
      if (own !== turn) return undefined;
      const pain = h("div", { class: "chart" });
      setChildren(place, followed(courses, base, paint), helped(rows, pain), sessions(rows, base));
      const gone = await drawn(pain, rows);
      if (own === turn) dispose = gone; else gone();
    } catch (error) { setChildren(place, h("p", { class: "card warn" }, errorText(error))); }
    return undefined;
  };
  setChildren(page, h("div", { class: "picker" }, personPicker(), place));
  const off = on("person", paint);
  paint();
  return () => { turn += 1; off(); dispose(); };
}

const both = (rows) => rows.filter((one) => one.pain_before !== null || one.pain_after !== null);

function helped(rows, pain) {
  const rated = rows.filter((one) => one.pain_before !== null && one.pain_after !== null);
  const mean = rated.reduce((sum, one) => sum + one.pain_before - one.pain_after, 0) / (rated.length || 1);
  return h("section", { class: "card" }, h("h2", {}, t("pain_title")),
    rated.length ? h("p", {}, t(mean >= 0 ? "pain_less" : "pain_more", { n: number(Math.abs(mean), 1), all: rated.length })) : null,
    both(rows).length ? pain : h("p", { class: "soft" }, t("pain_unknown")));
}

async function drawn(place, rows) {
  const rated = both(rows);
  if (!rated.length) return () => null;
  const plot = await chart(place, { label: t("pain_title"), names: [t("before"), t("after")], unit: "0–10", isDate: true, points: true, top: 10 });
  plot.set([rated.map((one) => new Date(one.started) / 1000), rated.map((one) => one.pain_before), rated.map((one) => one.pain_after)]);
  return plot.dispose;
}

function sessions(rows, base) {
  const shown = (value) => (value === null ? "–" : number(value));
  const heads = ["when", "routine", "length", "outcome", "peak", "pain"].map((one) => h("th", { scope: "col" }, t(`col_${one}`)));
  const massages = rows.filter((one) => one.kind === "massage");
  const ending = (one) => t(`ended_${one.outcome}`) + (one.simulated ? ` (${t("simulated")})` : "");
  const length = (one) => (one.duration_s === null ? "–" : clock(one.duration_s * 1000) + (one.played_pct === null || one.played_pct === 100 ? "" : ` (${number(one.played_pct)} %)`));
  const body = [...massages].reverse().map((one) => h("tr", {}, h("th", { scope: "row" }, day(one.started)), h("td", {}, one.routine),
    h("td", {}, length(one)), h("td", {}, ending(one)), h("td", {}, shown(one.peak_mmhg)),
    h("td", {}, `${shown(one.pain_before)} → ${shown(one.pain_after)}`)));
  return h("section", { class: "card" }, h("h2", {}, t("sessions")),
    massages.length ? h("div", { class: "wide-table", tabindex: 0, role: "region", "aria-label": t("sessions") }, h("table", { testid: "sessions" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, body))) : h("p", { class: "soft" }, t("nothing_yet")),
    h("div", { class: "buttons" }, h("button", { testid: "export-csv", on: { click: () => exported(`${base}/history.csv`, "history.csv", "text/csv") } }, t("export_csv")),
      h("button", { testid: "export-json", on: { click: () => exported(`${base}/history`, "history.json", "application/json") } }, t("export_json"))));
}

/** Downloaded by script: a plain link could not send the token. */
async function exported(path, name, type) {
  try {
    const told = await request("GET", path);
    const url = URL.createObjectURL(new Blob([typeof told === "string" ? told : JSON.stringify(told, null, 2)], { type }));
    h("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  } catch (error) { showError(error); }
}

function followed(courses, base, again) {
  const act = (verb, course) => post(`${base}/courses/${course}/${verb}`, verb === "start" ? {} : undefined).then(again, showError);
  const free = COURSES.filter((one) => !courses.some((own) => own.course === one));
  const pick = h("select", { testid: "course", "aria-label": t("course") }, free.map((one) => h("option", { value: one }, t(`course_${one}`))));
  return h("section", { class: "card" }, h("h2", {}, t("courses")),
    courses.map((one) => h("article", { class: "course", testid: `course-${one.course}` },
      h("h3", {}, t(`course_${one.course}`)),
      h("p", { class: "facts" }, one.routine ? h("span", {}, one.routine) : null, h("span", { class: `state ${one.state}` }, t(`state_${one.state}`)),
        one.due ? h("span", {}, t("due_on", { day: day(one.due) })) : null,
        h("span", {}, one.sessions ? t("done_of", { n: one.done, all: one.sessions }) : t("done_n", { n: one.done })),
        one.adherence_pct === null ? null : h("span", {}, t("adherence", { n: one.adherence_pct }))),
      h("button", { class: "quiet", on: { click: () => act("stop", one.course) } }, t("course_end")))),
    courses.length ? null : h("p", { class: "soft" }, t("no_course")),
    free.length ? h("div", { class: "row" }, pick, h("button", { testid: "course-start", on: { click: () => act("start", pick.value) } }, t("course_start"))) : null);
}
