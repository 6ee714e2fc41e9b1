// The pain scale, from 0 to 10, before or after a massage: one touch.

import { post } from "./api.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { store } from "./store.js";

/** A row of numbers; `keep(at)` saves the chosen one, if any, to the diary, for now or for the time `at`. `onChoose` is called on a choice. */
export function painScale(moment, onChoose = () => null) {
  let pain = null;
  const buttons = Array.from({ length: 11 }, (_, n) => h("button", { type: "button", class: "pip", "aria-pressed": "false", testid: `pain-${moment}-${n}`,
    on: { click: () => {
      pain = pain === n ? null : n;
      buttons.forEach((one, i) => one.setAttribute("aria-pressed", String(i === pain)));
      if (pain !== null) onChoose();
    } } }, String(n)));
  const root = h("div", { class: "pain", role: "group", "aria-label": t(`pain_${moment}`) },
    h("p", {}, t(`pain_${moment}`)), h("div", { class: "pips" }, buttons), h("p", { class: "soft ends" }, h("span", {}, t("pain_none")), h("span", {}, t("pain_worst"))));
  const keep = async (at) => {
    if (pain === null || !store.person) return;
    await post(`people/${encodeURIComponent(store.person)}/notes`, { moment, pain, ...(at ? { at } : {}) });
  };
  return { root, keep };
}
