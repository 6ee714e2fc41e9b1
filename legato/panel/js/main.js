// The panel: header, tabs, stops; the pages are loaded when they are looked at.

import { get, Refused } from "./api.js";
import { badges } from "./badges.js";
import { h, swap } from "./dom.js";
import { connect, look, watch } from "./events.js";
import { t, translate } from "./i18n.js";
import { kept } from "./storage.js";
import { notices } from "./notices.js";
import * as play from "./play.js";
import { settings, tokenForm } from "./settings.js";
import { arm } from "./stop.js";
import { choose, device, isReadOnly, on, store, publish } from "./store.js";
import { record } from "./recent_readings.js";
import { voice } from "./voice.js";

const PAGES = {
  play: async () => play,
  watch: () => import("./watch.js"),
  routines: () => import("./routines.js"),
  history: () => import("./history.js"),
};

const page = document.getElementById("page");
let leave = () => null;
let shown = 0;

async function show() {
  const name = location.hash.slice(1).split("/")[0] in PAGES ? location.hash.slice(1).split("/")[0] : "play";
  for (const tab of document.querySelectorAll("#tabs a")) {
    tab.setAttribute("aria-selected", String(tab.dataset.page === name));
  }
  page.setAttribute("aria-label", t(`tab_${name}`));
  const turn = ++shown;
  const module = await PAGES[name]();
  if (turn !== shown) return;
  for (const box of document.querySelectorAll("dialog:not(#token)")) box.close();
  leave();
  leave = module.show(page) ?? (() => null);
}

function tabs() {
  const links = Object.keys(PAGES).map((name) =>
    h("a", { href: `#${name}`, role: "tab", "aria-controls": "page", "data-page": name, testid: `tab-${name}` }, t(`tab_${name}`)));
  swap(document.getElementById("tabs"), links);
}

function devices() {
  const all = [...store.devices.values()];
  const box = document.getElementById("devices");
  document.documentElement.dataset.readonly = isReadOnly() ? "yes" : "no";
  box.hidden = all.length < 2;
  const key = JSON.stringify([device()?.id, all.map((one) => [one.id, one.doing])]);
  if (box.dataset.key === key) return;
  const focused = document.activeElement?.dataset?.testid;
  box.dataset.key = key;
  swap(box, all.map((one) =>
    h("button", { class: "chip", testid: `device-${one.id}`, "aria-pressed": String(one.id === device()?.id),
      on: { click: () => choose(one.id) } }, h("span", { class: `dot ${one.doing}` }), `${one.id} · ${t(`doing_${one.doing}`)}`)));
  if (focused?.startsWith("device-")) box.querySelector(`[data-testid="${focused}"]`)?.focus();
}

/** Whose panel this is: a guest is told nothing of people. */
export async function meet() {
  try {
    store.people = await get("people");
    store.isGuest = false;
  } catch (error) {
    store.people = [];
    store.isGuest = error instanceof Refused && error.problem.type === "guest";
  }
  const names = store.people.map((one) => one.name);
  const last = kept("person");
  store.person = names.includes(last) ? last : store.people.find((one) => one.is_current)?.name ?? names[0] ?? null;
  publish("person");
}

translate(document);
tabs();
arm();
record();
badges();
notices(document.getElementById("notices"));
voice(document.getElementById("voice"));
document.getElementById("settings-open").addEventListener("click", settings);
document.addEventListener("legato:token", tokenForm);
on("state chosen person", devices);
addEventListener("hashchange", show);
connect();
look();
watch();
show();
meet();
