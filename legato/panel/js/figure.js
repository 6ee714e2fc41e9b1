// The body with everything a device presses, moves and warms on it: the colour is measured, the outline is the target.

import { neighboursAcross, lineBehind, lanesOf, slice, seated, standing, outline } from "./body_shape.js";
import { colour, ink } from "./colour.js";
import { s, setText } from "./dom.js";
import { number, t } from "./i18n.js";
import { whenVisiblyChanged, actuatorIcon, spaceOut } from "./actuator_icons.js";

/** The comfort cap: anything stronger has the brightest colour, and its number says how strong. */
export const TOP_MMHG = 70;
const CLOTH_CM = 0.8;
const SWELL_CM = 3;
const BOW_CM = 1.6;

/** The gap between neighbours across the limb. */
const GAP_CM = 0.4;
const CUSHION_CM = 6;

/** Any sensor may show up to this for an empty chamber. */
const FELT_MMHG = 2;

/** An SVG of the device's channels; `update(readings, isStale)` refreshes it. */
export function figure(about) {
  const channels = about.channels.map((channel, index) => ({ ...channel, index }));
  const body = bodyFor(channels);
  const air = channels.filter((channel) => channel.kind === "chamber");
  const top = Math.min(TOP_MMHG, Math.max(1, ...air.map((channel) => channel.cap)));
  const others = spaceOut(channels.filter((channel) => channel.kind !== "chamber" && !channel.name.endsWith(".rate")));
  const zones = [...air.map((channel) => zone(body, channel, top, neighboursAcross(body, air, channel))), ...others.map((one) => actuatorIcon(body, one))];
  const root = s("svg", { viewBox: body.box.join(" "), class: "figure", role: "group", "aria-label": about.title },
    gradients(), cushions(body), limbs(body), body.isSeated ? head(body) : [fade(body), ...sides(body)], zones.map((one) => one.element));
  const update = (readings, isStale) => {
    root.classList.toggle("stale", isStale);
    for (const one of zones) one.update(readings?.measured[one.index] ?? null, readings?.commanded[one.index] ?? 0);
  };
  update(null, false);
  return { root, update };
}

function bodyFor(channels) {
  if (channels.some(({ zone }) => zone === "seat" || zone === "lower_back")) return seated();
  return standing(Math.max(86, ...channels.map((channel) => channel.to_cm)));
}

function zone(body, channel, top, neighbours) {
  const [k, n] = [neighbours.indexOf(channel), neighbours.length];
  // It swells only outward, so that its neighbours stay visible.
  const swell = (value) => {
    const far = CLOTH_CM + SWELL_CM * Math.min(1, Math.max(0, value / top));
    return [k === n - 1 ? far : -GAP_CM, k === 0 ? far : -GAP_CM];
  };
  const name = `${t(`zone_${channel.zone}`)} ${channel.side === "both" ? "" : t(`side_${channel.side}`)}`.trim();
  const parts = lanesOf(body, channel).map((lane) => {
    const place = slice(body.lanes[lane], k, n);
    const { x, y } = place((channel.from_cm + channel.to_cm) / 2);
    return { place, fill: s("path", { class: "fill" }), round: s("path", { fill: "url(#round)" }), rim: s("path", { class: "rim" }),
      text: s("text", { x, y: y + (n > 1 ? 1.6 : 2.4), class: n > 1 ? "value beside" : "value" }) };
  });
  const element = s("g", { testid: `zone-${channel.name}`, role: "img", class: "zone" },
    parts.map(({ fill, round, rim, text }) => [fill, round, rim, text]).flat());
  const paint = (measured, commanded) => {
    const share = (measured ?? 0) / top;
    const shown = measured === null ? "–" : number(Math.max(0, measured));
    for (const { place, fill, round, rim, text } of parts) {
      const at = (value) => outline(place, channel.from_cm + 0.4, channel.to_cm - 0.4, swell(value), BOW_CM);
      const d = at(measured ?? 0);
      for (const one of [fill, round]) one.setAttribute("d", d);
      fill.setAttribute("fill", measured === null ? "none" : colour(share));
      rim.setAttribute("d", at(commanded));
      rim.setAttribute("stroke-width", commanded > 0.5 ? 0.35 + 0.6 * Math.min(1, commanded / top) : 0);
      text.setAttribute("fill", measured === null ? "#fff" : ink(share));
      setText(text, measured === null || measured >= FELT_MMHG || commanded > 0.5 ? shown : "");
    }
    element.dataset.commanded = commanded;
    element.dataset.measured = measured ?? "";
    element.setAttribute("aria-label", t("zone_told", { name, measured: shown, commanded: number(commanded) }));
  };
  return { index: channel.index, element, update: whenVisiblyChanged(paint) };
}

const limbs = (body) => body.skin.map(([lane, from, to]) =>
  s("path", { class: "skin", d: outline(body.lanes[lane], from, to, [0, 0], body.isSeated ? 0 : BOW_CM) }));

const cushions = (body) => body.cushions.map(([from, to]) => s("path", { class: "cushion", d: lineBehind(body.lanes.left, from, to, CUSHION_CM) }));

function head(body) {
  const { x, y } = body.lanes.both(151);
  return s("ellipse", { class: "skin", cx: x, cy: y, rx: 8.2, ry: 9.6, transform: `rotate(14 ${x} ${y})` });
}

const sides = (body) => ["right", "left"].map((side) => {
  const [x, y] = [body.lanes[side](0).x, body.box[3] - 0.4];
  return s("text", { class: "side", x, y }, t(`side_${side}`));
});

/** Fades out where the picture ends but the body does not. */
const fade = (body) => s("rect", { width: body.box[2], height: 9, fill: "url(#fade)" });

/** Darker towards the edges, since limbs are round. */
const gradients = () => s("defs", {}, s("linearGradient", { id: "fade", x2: 0, y2: 1 }, s("stop", { class: "ground" }), s("stop", { class: "ground", offset: 1, "stop-opacity": 0 })), s("linearGradient", { id: "round" },
  [[0, 0.5], [0.28, 0.06], [0.5, 0], [0.72, 0.06], [1, 0.5]].map(([offset, dark]) => s("stop", { offset, "stop-color": "#000", "stop-opacity": dark }))));
