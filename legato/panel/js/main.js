// The panel: header, tabs, stops; each page is loaded when it is first opened.

import { get, ApiError } from "./api.js";
import { badges } from "./badges.js";
import { h, setChildren } from "./dom.js";
import { connect, monitorLink, watchFreshness } from "./events.js";
import { t, translate } from "./i18n.js";
import { loadSetting } from "./storage.js";
import { notices } from "./notices.js";
import * as play from "./play.js";
import { settings, tokenForm } from "./settings.js";
import { bindStopControls } from "./stop.js";
import { chooseDevice, device, isReadOnly, on, store, publish } from "./store.js";
import { recordReadings } from "./recent_readings.js";
import { announceState } from "./announcements.js";

const PAGES = {
  play: async () => play,
  watch: () => import("./watch.js"),
  routines: () => import("./routines.js"),
  history: () => import("./history.js"),
};

const page = document.getElementById("page");
let dispose = () => null;
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
  dispose();
  dispose = module.show(page) ?? (() => null);
}

function tabs() {
  const links = Object.keys(PAGES).map((name) =>
    h("a", { href: `#${name}`, role: "tab", "aria-controls": "page", "data-page": name, testid: `tab-${name}` }, t(`tab_${name}`)));
  setChildren(document.getElementById("tabs"), links);
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
  setChildren(box, all.map((one) =>
    h("button", { class: "chip", testid: `device-${one.id}`, "aria-pressed": String(one.id === device()?.id),
      on: { click: () => chooseDevice(one.id) } }, h("span", { class: `dot ${one.doing}` }), `${one.id} · ${t(`doing_${one.doing}`)}`)));
  if (focused?.startsWith("device-")) box.querySelector(`[data-testid="${focused}"]`)?.focus();
}

/** Loads the people and picks the current one; a guest may not see them. */
export async function loadPeople() {
  try {
    store.people = await get("people");
    store.isGuest = false;
  } catch (error) {
    store.people = [];
    store.isGuest = error instanceof ApiError && error.problem.type === "guest";
  }
  const names = store.people.map((one) => one.name);
  const last = loadSetting("person");
  store.person = names.includes(last) ? last : store.people.find((one) => one.is_current)?.name ?? names[0] ?? null;
  publish("person");
}

translate(document);
tabs();
bindStopControls();
recordReadings();
badges();
notices(document.getElementById("notices"));
announceState(document.getElementById("announcements"));
document.getElementById("settings-open").addEventListener("click", settings);
document.addEventListener("legato:token", tokenForm);
on("state chosen person", devices);
addEventListener("hashchange", show);
connect();
monitorLink();
watchFreshness();
show();
loadPeople();
