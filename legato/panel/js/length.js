// How long a routine should last: as written, or about 10, 20 or 30 minutes if it can be adapted to that.

import { h, setChildren } from "./dom.js";
import { minutes, t } from "./i18n.js";

const OFFERED = [10, 20, 30];

/** The share by which a routine may miss the length asked for; the service refuses a larger difference. */
const NEAR = 0.15;

/** A row of lengths; `minutes` is the chosen one, or null. `onChoose` is called on a choice; call `forget` before it is for another person. */
export function lengthPicker(onChoose) {
  const root = h("div", { class: "chips lengths", role: "group", "aria-label": t("length"), testid: "lengths", hidden: true });
  let isOffered = false;
  const forget = () => { isOffered = false; row.minutes = null; };
  const row = { root, minutes: null, offer, forget };
  const choose = (value, one) => {
    row.minutes = value;
    for (const other of root.children) other.setAttribute("aria-pressed", String(other === one));
    onChoose();
  };
  const chip = (value, label) => h("button", { class: "chip", type: "button", "aria-pressed": String(value === null),
    on: { click: (event) => choose(value, event.currentTarget) } }, label);
  /** Shows the choices, once the default length is known. */
  function offer({ duration_s, shortest_s, full_s, course }) {
    if (isOffered || shortest_s === undefined) return;
    isOffered = true;
    const others = OFFERED.filter((n) => shortest_s / 60 - NEAR * n <= n && n <= full_s / 60 + NEAR * n);
    const short = course && shortest_s < full_s ? [chip(shortest_s / 60, t("length_short", { n: minutes(shortest_s) }))] : [];
    root.hidden = shortest_s === full_s || !(others.length + short.length);
    setChildren(root, [chip(null, t(course ? "length_course" : "length_written", { n: minutes(duration_s) })), ...short,
      ...others.map((n) => chip(n, t("minutes", { n })))]);
  }
  return row;
}
