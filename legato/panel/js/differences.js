// What a device makes of a routine that is not as written, and what narrows it for somebody: the compile report.

import { h } from "./dom.js";
import { t } from "./i18n.js";

/** What plays of a part that is left out; where it is anything else, that is played in its place. */
const GONE = ["nothing", "no rest"];

/** A list for each kind of difference; one line says that there is none. */
export function differences(made, isOpen) {
  const dropped = made.dropped.filter(({ plays }) => GONE.includes(plays)), replaced = made.dropped.filter(({ plays }) => !GONE.includes(plays));
  const lists = Object.entries({ dropped, replaced, clipped: made.clipped, slowed: made.slowed }).filter(([, notes]) => notes.length)
    .map(([kind, notes]) => listed(`${t(kind)}: ${notes.length}`, notes.map(line), isOpen));
  return lists.length ? lists : [h("p", { class: "soft" }, t("as_written"))];
}

/** What screening and settings take away from this person. */
export function limits(made) {
  if (!made.limits?.length) return null;
  return listed(t("limits_for", { person: made.person }), made.limits.map(({ what, why }) => [h("strong", {}, what), `: ${why}`]), true);
}

function listed(summary, lines, isOpen) {
  return h("details", { open: isOpen }, h("summary", {}, summary), h("ul", {}, lines.map((one) => h("li", { lang: "en" }, one))));
}

const line = ({ step, where, asked, plays, why }) =>
  [h("strong", {}, [step, where === "all" ? "" : where].filter(Boolean).join(", ")), ` ${[asked, plays].filter(Boolean).join(" → ")}: ${why}`];
