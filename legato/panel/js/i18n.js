// All texts of the panel, in the reader's language. A new language is one more file next to en.js.

import de from "./locale/de.js";
import en from "./locale/en.js";
import { loadSetting } from "./storage.js";

export const LOCALES = { en: ["English", en], de: ["Deutsch", de] };

const wanted = loadSetting("locale") || navigator.language.slice(0, 2);
export const locale = Object.hasOwn(LOCALES, wanted) ? wanted : "en";
const words = LOCALES[locale][1];

/** The text for `key`, with {names} filled in. */
export function t(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Whether there is a text for `key`. */
export const has = (key) => key in words;

export function translate(root) {
  document.documentElement.lang = locale;
  for (const element of root.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
}

/** Minutes and seconds, such as 7:05. */
export function clock(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export const minutes = (seconds) => t("minutes", { n: Math.max(1, Math.round(seconds / 60)) });
export const number = (value, digits = 0) =>
  value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
export const day = (text) => new Date(text).toLocaleDateString(locale, { weekday: "short", day: "numeric", month: "short" });
export const moment = (text) => new Date(text).toLocaleTimeString(locale, { hourCycle: "h23" });
