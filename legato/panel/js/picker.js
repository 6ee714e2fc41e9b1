// Choosing a routine by need or by name, each with its picture.

import { get, getInBackground } from "./api.js";
import { showError, errorText } from "./commands.js";
import { h, setText, setChildren } from "./dom.js";
import { outcomeCard } from "./outcome_card.js";
import { picture } from "./picture.js";
import { locale, minutes, t } from "./i18n.js";
import { personPicker } from "./people.js";
import { openStartSheet } from "./start_sheet.js";
import { device, isReadOnly, on, store } from "./store.js";

/** Common needs, each in a word that the service understands. */
const NEEDS = ["relax", "tired", "sleep", "restless", "cramp", "swollen", "pain", "sport", "stiff", "knee", "feet", "back pain"];

export function picker() {
  const grid = h("div", { class: "grid" });
  const told = h("div", { "aria-live": "polite" });
  const search = h("input", { type: "search", testid: "need", placeholder: t("search_hint"), "aria-label": t("search"), maxlength: 500 });
  const chips = h("div", { class: "chips needs", role: "group", "aria-label": t("needs") });
  const root = h("div", { class: "picker" }, outcomeCard(), personPicker(), h("h2", { class: "lead" }, t("needs")), chips, search, told, grid);
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      watch.unobserve(entry.target);
      entry.target.load();
    }
  }, { rootMargin: "200px" });
  let cards = [];
  const list = (some) => {
    watch.disconnect();
    setChildren(grid, some);
    for (const one of some) if (one.load) watch.observe(one);
  };
  const all = () => { setChildren(told); list(cards); };
  const byName = (text) => cards.filter((one) => one.dataset.words.includes(text.toLowerCase()));
  const byNeed = async (need) => {
    const found = await recommended(need).catch((error) => { showError(error); return null; });
    if (!found) return all();
    setChildren(told, advised(found));
    return list(found.routines.map(({ routine, why }) => {
      const own = cards.find((one) => one.dataset.name === routine);
      if (own) setText(own.why, why);
      return own;
    }).filter(Boolean));
  };
  search.addEventListener("input", () => { press(chips, null); setChildren(told); for (const one of cards) setText(one.why, one.purpose); list(search.value ? byName(search.value) : cards); });
  search.addEventListener("keydown", (event) => { if (event.key === "Enter" && search.value && !isReadOnly()) byNeed(search.value); });
  setChildren(chips, NEEDS.map((need) => h("button", { class: "chip", "aria-pressed": "false", on: { click: (event) => {
    const isOn = event.currentTarget.getAttribute("aria-pressed") === "true";
    press(chips, isOn ? null : event.currentTarget);
    search.value = "";
    for (const one of cards) setText(one.why, one.purpose);
    if (isOn) all(); else byNeed(need);
  } } }, t(`need_${need}`))));
  const guest = () => { chips.hidden = isReadOnly(); };
  let asking = null;
  // One request at a time: a second answer would replace the card that somebody is about to touch.
  const begin = () => {
    asking ??= get("routines").then((found) => { cards = found.map(card); all(); }, (error) => setChildren(told, h("p", { class: "soft" }, errorText(error)))).finally(() => { asking = null; });
  };
  const offs = [on("person", () => { guest(); }), on("online", () => { if (store.isOnline && !cards.length) begin(); })];
  guest();
  begin();
  return { root, dispose: () => { watch.disconnect(); offs.forEach((off) => off()); } };
}

function press(chips, one) {
  for (const chip of chips.children) chip.setAttribute("aria-pressed", String(chip === one));
}

function recommended(need) {
  const query = new URLSearchParams({ need, ...(device()?.about ? { device: device().id } : { device: "boots-6" }), ...(store.person ? { person: store.person } : {}) });
  return get(`recommend?${query}`);
}

/** In an emergency, or if a doctor must see it today, nothing is offered to play. */
function advised({ answer, signs, doctor_first, cautions, by_hand, instead, doctor, routines, passed }) {
  const warned = signs.map(({ says }) => h("p", { class: "warn", role: "alert", testid: `danger-${answer}` }, says[locale]));
  if (answer === "emergency" || answer === "doctor") return h("div", { class: "advice" }, warned);
  return h("div", { class: "advice" },
    warned,
    doctor_first.map((text) => h("p", { class: "warn" }, text)),
    routines.length ? null : h("p", {}, t("nothing_fits")),
    cautions.map((text) => h("p", { class: "soft" }, text)),
    by_hand.map(technique),
    instead.length ? h("p", { class: "soft" }, `${t("also")} ${instead.join(" ")}`) : null,
    doctor.map((text) => h("p", { class: "soft" }, text)),
    passed.length ? h("details", {}, h("summary", {}, t("passed_over", { n: passed.length })), h("ul", {}, passed.map((one) => h("li", {}, h("strong", {}, one.routine), ` ${one.why}`)))) : null);
}

/** A technique without a device, step by step. */
function technique({ title, minutes: lasting, cautions, steps }) {
  return h("details", { testid: "by-hand" }, h("summary", {}, t("by_hand", { title, n: Math.round(lasting) })),
    cautions.map((text) => h("p", { class: "soft" }, text)),
    h("ol", {}, steps.map(({ say: text, seconds, times }) => h("li", {}, `${text} (${seconds} s${times > 1 ? ` × ${times}` : ""})`))));
}

/** A routine to be tapped; `load` fetches its picture and length. */
function card(routine) {
  const length = h("span", { class: "length" });
  const map = picture();
  const why = h("span", { class: "why" }, routine.purpose);
  const box = h("button", { class: "card routine", testid: `routine-${routine.name}`, on: { click: () => openStartSheet(routine) } },
    map.root, h("strong", {}, routine.title), why,
    h("span", { class: "facts" }, length, h("span", {}, t(`use_${routine.use}`)),
      routine.cautions.length || routine.clinician_directed ? h("span", { class: "caution" }, t("cautions_n", { n: routine.cautions.length || 1 })) : null,
      routine.is_builtin ? null : h("span", {}, t("own"))));
  Object.assign(box.dataset, { name: routine.name, words: `${routine.name} ${routine.title} ${routine.purpose}`.toLowerCase() });
  return Object.assign(box, { why, purpose: routine.purpose, load: async () => {
    const query = device()?.about ? `?device=${encodeURIComponent(device().id)}` : "?device=boots-6";
    try {
      await map.load(`routines/${routine.name}/picture.svg${query}`);
      const made = await getInBackground(`routines/${routine.name}/report${query}`);
      setText(length, minutes(made.duration_s));
    } catch {
      box.classList.add("unfit");
      setText(length, t("does_not_fit"));
    }
  } });
}
