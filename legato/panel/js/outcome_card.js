// How the last massage ended, and the pain afterwards.

import { showError } from "./commands.js";
import { h, setChildren } from "./dom.js";
import { clock, t } from "./i18n.js";
import { painScale } from "./pain_scale.js";
import { device, isReadOnly, store } from "./store.js";

const FRESH_MS = 30 * 60_000;
let dismissed = null;

export function outcomeCard() {
  const { last, run, problem } = device() ?? {};
  // A problem is shown in its own place.
  if (problem || !last || !run || last.at === dismissed || Date.now() - new Date(last.at) > FRESH_MS) return null;
  const isWell = ["completed", "stopped"].includes(last.kind);
  const thanks = h("div", { "aria-live": "polite" });
  const note = painScale("after", () => note.keep().then(() => setChildren(thanks, h("p", {}, t("noted"))), showError));
  const box = h("section", { class: `card ended ${isWell ? "well" : "ill"}`, testid: "ended" },
    h("h2", {}, t(`ended_${last.kind}`)), h("p", {}, `${run.title} · ${clock(run.session_ms)}`),
    last.laid_on ? h("p", { class: "ask", testid: "take-off" }, t("take_off", { what: last.laid_on })) : null,
    isWell || !last.cause ? null : h("p", { class: "soft" }, [last.cause, last.evidence.found].filter(Boolean).join(": ")),
    store.person && run.person && !isReadOnly() ? h("div", {}, note.root, thanks) : null,
    h("button", { class: "quiet", on: { click: () => { dismissed = last.at; box.remove(); } } }, t("close")));
  return box;
}
