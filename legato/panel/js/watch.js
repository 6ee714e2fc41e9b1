// The Watch page: target and measured values, the health of the connection, and the log.

import { chart } from "./chart.js";
import { h, setText, setChildren } from "./dom.js";
import { moment, number, t } from "./i18n.js";
import { curve } from "./recent_readings.js";
import { device, on, readings, store } from "./store.js";

const DRAW_MS = 100;
const LINES = 120;

export function show(page) {
  const place = h("div", { class: "chart", testid: "chart" });
  const pick = h("select", { testid: "channel", "aria-label": t("zone") });
  const table = h("table", { class: "values" });
  const health = h("dl", { class: "health", testid: "health" });
  const lines = h("ol", { class: "log", testid: "log", tabindex: 0, "aria-label": t("log") });
  setChildren(page, h("div", { class: "watch" },
    h("section", { class: "card" }, h("div", { class: "row" }, h("h2", {}, t("chart_title")), pick), place),
    h("section", { class: "card" }, h("h2", {}, t("zones")), table),
    h("section", { class: "card" }, h("h2", {}, t("link")), health),
    h("section", { class: "card" }, h("h2", {}, t("log")), lines)));
  let plot = null;
  let isGone = false;
  chart(place, { label: t("chart_title"), names: [t("commanded"), t("measured")], span: 60 }).then((made) => {
    if (isGone) made.dispose(); else plot = made;
  });
  const channels = () => device()?.about?.channels ?? [];
  const paint = () => {
    if (plot && device()) plot.set(curve(device().id, Number(pick.value || 0)));
    values(table, channels());
    link(health);
  };
  const timer = setInterval(paint, DRAW_MS);
  const offs = [on("state chosen", () => options(pick, channels())), on("log", () => log(lines))];
  options(pick, channels());
  log(lines);
  return () => { isGone = true; clearInterval(timer); offs.forEach((off) => off()); plot?.dispose(); };
}

const named = (channel) => channel.name.replaceAll("_", " ");

function options(pick, channels) {
  const key = channels.map((one) => one.name).join();
  if (pick.dataset.key === key) return;
  pick.dataset.key = key;
  setChildren(pick, channels.map((channel, index) => h("option", { value: index }, `${named(channel)} (${channel.unit})`)));
  pick.value = hardest(channels);
}

/** The channel with the highest target pressure now, where there is most to see. */
function hardest(channels) {
  const asked = readings()?.commanded ?? [];
  return channels.reduce((most, channel, i) => (channel.unit === "mmHg" && asked[i] > (asked[most] ?? 0) ? i : most), 0);
}

function values(table, channels) {
  const now = readings();
  const key = channels.map((one) => one.name).join();
  if (table.dataset.key !== key) {
    table.dataset.key = key;
    const head = ["zone", "commanded", "measured"].map((one) => h("th", { scope: "col" }, t(one)));
    setChildren(table, h("thead", {}, h("tr", {}, head)),
      h("tbody", {}, channels.map((channel) => h("tr", {}, h("th", { scope: "row" }, named(channel)), h("td"), h("td")))));
  }
  table.classList.toggle("stale", !now || performance.now() - now.arrived > 1500);
  [...table.querySelectorAll("tbody tr")].forEach((row, i) => {
    const shown = (value) => (value === null || value === undefined ? "–" : number(value, 1));
    setText(row.children[1], shown(now?.commanded[i]));
    setText(row.children[2], `${shown(now?.measured[i])} ${channels[i].unit}`);
  });
}

function link(health) {
  const now = readings();
  const facts = now ? [
    ["rtt", `${number(now.rtt_ms, 1)} ms`], ["slack", `${number(now.slack_ms / 1000, 1)} s`], ["late", `${number(now.late_max_ms)} ms`],
    ["lost", number(now.lost)], ["resent", number(now.resent)], ["bad_frames", number(now.bad_frames)],
    ["panel_link", Number.isFinite(store.latency ?? NaN) ? `${number(store.latency)} ms` : "–"],
    ["firmware", device()?.about?.firmware ?? "–"], ["port", device()?.port ?? "–"],
  ] : [["port", device()?.port ?? "–"]];
  if (health.children.length !== facts.length * 2) {
    setChildren(health, facts.flatMap(([name]) => [h("dt", {}, t(`link_is_${name}`)), h("dd")]));
  }
  facts.forEach(([, value], i) => setText(health.children[2 * i + 1], value));
}

function log(lines) {
  const own = store.log.filter((one) => one.id === device()?.id).slice(-LINES).reverse();
  setChildren(lines, own.length ? own.map((one) => h("li", {}, h("time", {}, moment(one.at)), h("span", {}, one.text))) : h("li", { class: "soft" }, t("nothing_yet")));
}
