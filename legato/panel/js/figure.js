// The body with everything a device presses, moves and warms on it: colour is what is measured, outline what is asked.

import { seated, standing, stretch } from "./body.js";
import { colour, ink } from "./colour.js";
import { s, say } from "./dom.js";
import { number, t } from "./i18n.js";

/** Comfort ends here; what is stronger is the brightest colour, and its number says how strong. */
export const TOP_MMHG = 70;
const SWELL_CM = 2.4;
const SHIFT_CM = 5.2;

/** An SVG of the device's channels; `update(readings, isStale)` brings it up to date. */
export function figure(about) {
  const channels = about.channels.map((channel, index) => ({ ...channel, index }));
  const body = chosen(channels);
  const air = channels.filter((channel) => channel.kind === "chamber");
  const top = Math.min(TOP_MMHG, Math.max(1, ...air.map((channel) => channel.cap)));
  const others = stacked(channels.filter((channel) => channel.kind !== "chamber" && !channel.name.endsWith(".rate")));
  const zones = [...air.map((channel) => zone(body, channel, top)), ...others.map((one) => mark(body, one))];
  const root = s("svg", { viewBox: body.box.join(" "), class: "figure", role: "group", "aria-label": about.title },
    body.isSeated ? chair() : null,
    body.outline.map(([lane, from, to]) => s("path", { class: "skin", d: stretch(body.lanes[lane], from, to, 0) })),
    body.isSeated ? s("circle", { class: "skin", cx: 80, cy: 19, r: 8.5 }) : sides(body),
    zones.map((one) => one.element));
  const update = (readings, isStale) => {
    root.classList.toggle("stale", isStale);
    for (const one of zones) one.update(readings?.measured[one.index] ?? null, readings?.commanded[one.index] ?? 0);
  };
  update(null, false);
  return { root, update };
}

function chosen(channels) {
  if (channels.some(({ zone }) => zone === "seat" || zone === "lower_back")) return seated();
  return standing(Math.max(80, ...channels.map((channel) => channel.to_cm)));
}

function lanesOf(body, channel) {
  const isPaired = channel.side === "both" && !(body.isSeated || channel.from_cm >= 78);
  return isPaired ? ["left", "right"] : [channel.side];
}

function zone(body, channel, top) {
  const swell = (value) => 0.9 + SWELL_CM * Math.min(1, Math.max(0, value / top));
  const name = `${t(`zone_${channel.zone}`)} ${channel.side === "both" ? "" : t(`side_${channel.side}`)}`.trim();
  const parts = lanesOf(body, channel).map((lane) => {
    const place = body.lanes[lane];
    const { x, y } = place((channel.from_cm + channel.to_cm) / 2);
    return { place, fill: s("path", { class: "fill" }), rim: s("path", { class: "rim" }),
      text: s("text", { x, y: y + 1.5, class: "value" }) };
  });
  const element = s("g", { testid: `zone-${channel.name}`, role: "img", class: "zone" },
    parts.map(({ fill, rim, text }) => [fill, rim, text]).flat());
  const paint = (measured, commanded) => {
    const share = (measured ?? 0) / top;
    const shown = measured === null ? "–" : number(Math.max(0, measured));
    for (const { place, fill, rim, text } of parts) {
      const at = (value) => stretch(place, channel.from_cm + 0.6, channel.to_cm - 0.6, swell(value));
      fill.setAttribute("d", at(measured ?? 0));
      fill.setAttribute("fill", measured === null ? "none" : colour(share));
      rim.setAttribute("d", at(Math.max(measured ?? 0, commanded)));
      rim.setAttribute("stroke-width", commanded > 0.5 ? 0.4 + 0.5 * Math.min(1, commanded / top) : 0.2);
      text.setAttribute("fill", measured === null ? "currentColor" : ink(share));
      say(text, shown);
    }
    element.dataset.commanded = commanded;
    element.dataset.measured = measured ?? "";
    element.setAttribute("aria-label", t("zone_told", { name, measured: shown, commanded: number(commanded) }));
  };
  return { index: channel.index, element, update: changed(paint) };
}

const changed = (paint) => {
  let before = "";
  return (measured, commanded) => {
    const now = `${measured === null ? "" : Math.round(measured * 2)} ${Math.round(commanded * 2)}`;
    if (now !== before) paint(measured, commanded);
    before = now;
  };
};

const SIGNS = {
  motor: "M-1.7 0.9 L-0.9 -0.9 0 0.9 0.9 -0.9 1.7 0.9",
  heater: "M-1 1.3q-.8-1.3 0-2.6M1 1.3q-.8-1.3 0-2.6",
  cooler: "M0-1.6V1.6M-1.4-.8 1.4.8M1.4-.8-1.4.8",
  roller: "M-1.3 0A1.3 1.3 0 1 1 0 1.3",
};

/** Marks in the same place are put side by side. */
function stacked(channels) {
  const taken = new Map();
  return channels.map((channel) => {
    const key = `${channel.side} ${Math.round((channel.from_cm + channel.to_cm) / 14)}`;
    const many = taken.get(key) ?? 0;
    taken.set(key, many + 1);
    return { channel, row: many };
  });
}

function mark(body, { channel, row }) {
  const isPosition = channel.name.endsWith(".position");
  const lane = lanesOf(body, channel)[0];
  const place = body.lanes[lane];
  const outward = body.isSeated ? 1 : lane === "right" ? -1 : 1;
  const out = (cm) => {
    const { x, y, nx, ny, w } = place(cm);
    const far = outward * (w + SHIFT_CM + row * 5);
    return [x + nx * far, y + ny * far];
  };
  const [x, y] = isPosition ? [0, 0] : out((channel.from_cm + channel.to_cm) / 2);
  const element = s("g", { testid: `zone-${channel.name}`, role: "img", class: `mark ${channel.kind}`,
    transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` },
    s("circle", { r: isPosition ? 1.6 : 2.3 }), isPosition ? null : s("path", { d: SIGNS[channel.kind] ?? SIGNS.motor }));
  const paint = (measured, commanded) => {
    const value = measured ?? commanded;
    element.classList.toggle("on", channel.kind === "cooler" ? commanded > 0 : commanded > 0.5);
    if (isPosition) {
      const { x: px, y: py } = place(Math.min(channel.to_cm, Math.max(channel.from_cm, value)));
      element.setAttribute("transform", `translate(${px.toFixed(1)} ${py.toFixed(1)})`);
    }
    const name = `${t(`kind_${channel.kind}`)}, ${t(`zone_${channel.zone}`)}`;
    element.setAttribute("aria-label", `${name}: ${number(value)} ${channel.unit}`);
  };
  return { index: channel.index, element, update: changed(paint) };
}

const sides = (body) => ["right", "left"].map((side) => {
  const { x } = body.lanes[side](2);
  return s("text", { class: "side", x, y: body.box[3] - 0.2 }, t(`side_${side}`));
});

const chair = () => s("path", { class: "chair", d: "M30 116V76Q30 73 34 73H66L80 27Q82 22 86 24T88 31L76 78Q74 84 68 84H42V116Z" });
