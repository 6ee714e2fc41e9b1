// Settings: language, theme, view-only mode, and the token.

import { token } from "./api.js";
import { dialog, h } from "./dom.js";
import { reconnect } from "./events.js";
import { locale, LOCALES, t } from "./i18n.js";
import { saveSetting } from "./storage.js";
import { loadPeople } from "./main.js";
import { store, publish } from "./store.js";

function choice(label, testid, options, chosen, change) {
  return h("label", { class: "row" }, h("span", {}, label),
    h("select", { testid, on: { change: (event) => change(event.target.value) } },
      options.map(([value, text]) => h("option", { value, selected: value === chosen }, text))));
}

export function settings() {
  if (document.getElementById("settings")) return document.getElementById("settings").close();
  const root = document.documentElement;
  const close = () => box.close();
  const box = dialog(t("settings"),
    choice(t("language"), "locale", Object.entries(LOCALES).map(([code, [name]]) => [code, name]), locale, (code) => {
      saveSetting("locale", code);
      location.reload();
    }),
    choice(t("theme"), "theme", ["auto", "light", "dark"].map((one) => [one, t(`theme_${one}`)]), root.dataset.theme, (one) => {
      saveSetting("theme", one);
      root.dataset.theme = one;
    }),
    h("label", { class: "row" }, h("span", {}, t("watching")),
      h("input", { type: "checkbox", testid: "readonly", checked: store.isWatching || store.isGuest, disabled: store.isGuest,
        on: { change: (event) => {
          store.isWatching = event.target.checked;
          saveSetting("watching", event.target.checked ? "yes" : "no");
          publish("person");
        } } })),
    h("p", { class: "soft" }, t("watching_long")),
    tokenFields(close),
    keys(),
    h("button", { class: "wide", on: { click: close } }, t("close")));
  box.id = "settings";
  box.classList.add("sheet");
  return undefined;
}

/** Help on the keyboard shortcuts. */
function keys() {
  return h("details", { testid: "keys" }, h("summary", {}, t("keys")), h("dl", {}, ["space", "esc", "tab"].flatMap((key) =>
    [h("dt", {}, h("kbd", {}, t(`key_help_${key}`))), h("dd", {}, t(`key_help_${key}_long`))])));
}

/** Asks for a token, because the service requires one. */
export function tokenForm() {
  if (document.getElementById("token") || document.querySelector("dialog [data-testid=token]")) return;
  const box = dialog(t("token_wanted"), h("p", {}, t("token_long")), tokenFields(() => box.close()));
  box.id = "token";
  box.classList.add("sheet");
}

function tokenFields(close) {
  const field = h("input", { type: "password", testid: "token", value: token.get(), autocomplete: "current-password", "aria-label": t("token") });
  const enter = (event) => {
    event.preventDefault();
    token.set(field.value.trim());
    close();
    reconnect();
    loadPeople();
    dispatchEvent(new Event("hashchange"));
  };
  return h("form", { class: "row", on: { submit: enter } }, h("label", { class: "grow" }, t("token"), field), h("button", { type: "submit", testid: "token-save" }, t("use")));
}
