// Who the massage is for: a person with their own limits and diary, or nobody in particular.

import { post } from "./api.js";
import { showError } from "./commands.js";
import { dialog, h, setChildren } from "./dom.js";
import { t } from "./i18n.js";
import { saveSetting } from "./storage.js";
import { isReadOnly, on, store, publish } from "./store.js";

export function choosePerson(name) {
  store.person = name;
  saveSetting("person", name ?? "");
  publish("person");
}

export function personPicker() {
  const select = h("select", { testid: "person" });
  const paint = () => {
    root.hidden = isReadOnly();
    setChildren(select, store.people.length ? null : h("option", { value: "" }, t("nobody")),
      store.people.map(({ name }) => h("option", { value: name }, name)), h("option", { value: "+" }, t("new_person")));
    select.value = store.person ?? "";
  };
  select.addEventListener("change", () => {
    if (select.value === "+") { select.value = store.person ?? ""; newPerson(); } else choosePerson(select.value || null);
  });
  const root = h("label", { class: "row person" }, h("span", {}, t("for_whom")), select);
  on("person", paint);
  paint();
  return root;
}

/** Asks for a name; resolves to it, or to null if cancelled. */
export function newPerson() {
  return new Promise((resolve) => {
    const field = h("input", { testid: "person-name", pattern: "[\\p{L}\\p{N}_][\\p{L}\\p{N}_\\-]{0,31}", required: true, "aria-label": t("name"), title: t("name_rule"), autocomplete: "off" });
    let made = null;
    const enter = async (event) => {
      event.preventDefault();
      try {
        await post("people", { name: field.value });
        made = field.value;
        store.people = [...store.people, { name: made, is_current: !store.people.length }];
        choosePerson(made);
        box.close();
      } catch (error) { showError(error); }
    };
    const box = dialog(t("new_person"), h("form", { on: { submit: enter } }, h("label", {}, t("name"), field), h("p", { class: "soft" }, t("name_rule")),
      h("div", { class: "buttons" }, h("button", { class: "main", testid: "person-save" }, t("add")), h("button", { type: "button", on: { click: () => box.close() } }, t("cancel")))));
    box.classList.add("sheet");
    box.addEventListener("close", () => resolve(made));
  });
}
