// The Routines page for authors: view, edit, check, replay, save.

import { get } from "./api.js";
import { errorText } from "./commands.js";
import { h, setChildren } from "./dom.js";
import { editor } from "./editor.js";
import { t } from "./i18n.js";
import { isReadOnly } from "./store.js";

export function show(page) {
  const list = h("ul", { class: "list" });
  const misfits = h("div", { class: "soft", testid: "left-out" });
  const place = h("div", { class: "editing" });
  const search = h("input", { type: "search", "aria-label": t("search"), placeholder: t("search"), testid: "routine-search" });
  setChildren(page, h("div", { class: "routines" }, h("section", { class: "card" }, h("h2", {}, t("tab_routines")), search, list, misfits), place));
  let cards = [];
  let dispose = () => null;
  const paint = () => setChildren(list, cards.filter((one) => `${one.name} ${one.title}`.toLowerCase().includes(search.value.toLowerCase()))
    .map((one) => h("li", {}, h("button", { testid: `edit-${one.name}`, on: { click: () => open(one.name) } },
      h("strong", {}, one.title), h("span", { class: "soft" }, one.is_builtin ? one.name : `${one.name} · ${t("own")}`)))));
  const load = async () => {
    try {
      cards = await get("routines");
      paint();
    } catch (error) { setChildren(list, h("li", { class: "warn" }, errorText(error))); }
    // If this request fails, the list is still useful.
    setChildren(misfits, isReadOnly() ? null : leftOut(await get("left-out").catch(() => [])));
  };
  const open = async (name) => {
    try {
      const routine = await get(`routines/${name}`);
      dispose();
      const made = editor(routine, load);
      dispose = made.dispose;
      setChildren(place, made.root);
      place.scrollIntoView({ block: "start" });
      made.root.querySelector("h2").focus();
    } catch (error) { setChildren(place, h("p", { class: "warn" }, errorText(error))); }
  };
  search.addEventListener("input", paint);
  load();
  return () => dispose();
}

/** Files among the routines and people of this computer that are not valid. */
function leftOut(found) {
  if (!found.length) return null;
  return [h("p", {}, t("left_out")), h("ul", {}, found.map((one) => h("li", {}, h("strong", {}, one.file), ` ${one.what}; ${one.hint}`)))];
}
