// Actuators that do not press (motors, rollers, heaters, coolers), each as a small icon next to its place on the body.

import { pointBeside, lanesOf } from "./body_shape.js";
import { s } from "./dom.js";
import { number, t } from "./i18n.js";

const ICONS = {
  motor: "M-1.9 1 L-1 -1 0 1 1 -1 1.9 1",
  heater: "M-1.1 1.5q-.9-1.5 0-3M1.1 1.5q-.9-1.5 0-3",
  cooler: "M0-1.7V1.7M-1.5-.9 1.5.9M1.5-.9-1.5.9",
  roller: "M-1.4 0A1.4 1.4 0 1 1 0 1.4",
};
const BESIDE_CM = 6;
const APART_CM = 8;

/** The kinds of icon that `channels` need. */
export const iconKinds = (channels) => Object.keys(ICONS).filter((kind) => channels.some((one) => one.kind === kind));

/** The icon of a kind on its own, for the legend. */
export const legendIcon = (kind) => s("svg", { viewBox: "-3.4 -3.4 6.8 6.8", class: "sign mark", "aria-hidden": "true" },
  s("circle", { r: 3 }), s("path", { d: ICONS[kind] }));

/** Spaces icons of the same place out along the limb: each of `channels` with its position in cm. */
export function spaceOut(channels) {
  const middle = ({ from_cm: from, to_cm: to }) => (from + to) / 2;
  const isShown = (channel) => !channel.name.endsWith(".position");
  const key = (channel) => `${channel.side} ${Math.round(middle(channel) / 12)}`;
  return channels.map((channel) => {
    const all = channels.filter((one) => isShown(one) && key(one) === key(channel));
    const shared = all.reduce((sum, one) => sum + middle(one), 0) / all.length;
    return { channel, cm: shared + APART_CM * (all.indexOf(channel) - (all.length - 1) / 2) };
  });
}

export function actuatorIcon(body, { channel, cm }) {
  const isPosition = channel.name.endsWith(".position");
  const place = body.lanes[lanesOf(body, channel)[0]];
  const at = ([x, y]) => `translate(${x.toFixed(1)} ${y.toFixed(1)})`;
  const element = s("g", { testid: `zone-${channel.name}`, role: "img", class: `mark ${isPosition ? "position" : channel.kind}`,
    transform: at(pointBeside(place, cm, 1, BESIDE_CM)) },
    s("circle", { r: isPosition ? 2.2 : 3 }), isPosition ? null : s("path", { d: ICONS[channel.kind] ?? ICONS.motor }));
  const paint = (measured, commanded) => {
    const value = measured ?? commanded;
    element.classList.toggle("on", channel.kind === "cooler" ? commanded > 0 : commanded > 0.5);
    if (isPosition) element.setAttribute("transform", at(pointBeside(place, Math.min(channel.to_cm, Math.max(channel.from_cm, value)), 1, 0.5)));
    const name = `${t(`kind_${channel.kind}`)}, ${t(`zone_${channel.zone}`)}`;
    element.setAttribute("aria-label", `${name}: ${number(value)} ${channel.unit}`);
  };
  return { index: channel.index, element, update: whenVisiblyChanged(paint) };
}

/** Repaints only for a visible change: half a unit, at least. */
export const whenVisiblyChanged = (paint) => {
  let before = "";
  return (measured, commanded) => {
    const now = `${measured === null ? "" : Math.round(measured * 2)} ${Math.round(commanded * 2)}`;
    if (now !== before) paint(measured, commanded);
    before = now;
  };
};
