// Charts with uPlot, which is loaded with the first chart.

import { resolveUrl } from "./api.js";
import { h } from "./dom.js";
import { number } from "./i18n.js";

const DAY_S = 86_400;
let loaded = null;

function library() {
  loaded ??= new Promise((resolve, reject) => {
    document.head.append(
      h("link", { rel: "stylesheet", href: resolveUrl("vendor/uplot/uPlot.min.css") }),
      h("script", { src: resolveUrl("vendor/uplot/uPlot.iife.min.js"), on: { load: () => resolve(globalThis.uPlot), error: reject } }));
  });
  return loaded;
}

const colours = () => {
  const dark = document.documentElement.dataset.theme === "dark"
    || (document.documentElement.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  return { ink: dark ? "#aeb9c1" : "#525d66", grid: dark ? "#2b353d" : "#e6e0d6", lines: dark ? ["#ffcb85", "#67d0c9"] : ["#8a4b00", "#0b6464"] };
};

/** A chart in `place`, labelled `label` for screen readers; `set([x, y, y])` draws. `isDate`: x is in epoch seconds; `span`: show the last so many seconds. */
export async function chart(place, { label, names, unit = "", isDate = false, points = false, top = null, span = null }) {
  const UPlot = await library();
  const { ink, grid, lines } = colours();
  const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 } };
  const plot = new UPlot({
    width: Math.max(240, place.clientWidth), height: 240, legend: { live: false }, cursor: { show: false },
    scales: { x: { time: isDate, ...(span ? { range: [-span, 0] } : {}), ...(isDate ? { range: (_, from, to) => [from - DAY_S, to + DAY_S] } : {}) }, y: { range: (_, low, high) => [Math.min(0, low ?? 0), top ?? Math.max(10, (high ?? 0) * 1.1)] } },
    axes: [{ ...axis, ...(isDate ? {} : { values: (_, all) => all.map((one) => `${number(one)} s`) }) }, { ...axis, size: 46 }],
    series: [{}, ...names.map((name, i) => ({ label: unit ? `${name} (${unit})` : name, stroke: lines[i], width: 2, dash: i === 0 ? [6, 4] : [], points: { show: points, size: 9 } }))],
  }, [[], ...names.map(() => [])], place);
  plot.root.setAttribute("role", "img");
  plot.root.setAttribute("aria-label", label);
  const resize = new ResizeObserver(() => plot.setSize({ width: Math.max(240, place.clientWidth), height: 240 }));
  resize.observe(place);
  return { set: (data) => plot.setData(data), dispose: () => { resize.disconnect(); plot.destroy(); } };
}
