// The compile report: where a device plays a routine differently from how it is written, and what limits it for a person.

import { h } from "./dom.js";
import { t } from "./i18n.js";

/** What `plays` says of a part that is left out; anything else is played in its place. */
const GONE = ["nothing", "no rest"];

/** One list for each kind of difference, or a line that there is none. */
export function differences(made, isOpen) {
  const dropped = made.dropped.filter(({ plays }) => GONE.includes(plays)), replaced = made.dropped.filter(({ plays }) => !GONE.includes(plays));
  const lists = Object.entries({ dropped, replaced, clipped: made.clipped, slowed: made.slowed }).filter(([, notes]) => notes.length)
    .map(([kind, notes]) => listed(`${t(kind)}: ${notes.length}`, notes.map(line), isOpen));
  return lists.length ? lists : [h("p", { class: "soft" }, t("as_written"))];
}

/** The limits that this person's screening and settings impose. */
export function limits(made) {
  if (!made.limits?.length) return null;
  return listed(t("limits_for", { person: made.person }), made.limits.map(({ what, why }) => [h("strong", {}, what), `: ${why}`]), true);
}

function listed(summary, lines, isOpen) {
  return h("details", { open: isOpen }, h("summary", {}, summary), h("ul", {}, lines.map((one) => h("li", { lang: "en" }, one))));
}

const line = ({ step, where, asked, plays, why }) =>
  [h("strong", {}, [step, where === "all" ? "" : where].filter(Boolean).join(", ")), ` ${[asked, plays].filter(Boolean).join(" → ")}: ${why}`];
