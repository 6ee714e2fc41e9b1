// One routine as text, checked while it is typed, with the compile report for the device.

import { request, ApiError } from "./api.js";
import { showError, errorText, toast } from "./commands.js";
import { differences } from "./compile_report.js";
import { h, setChildren } from "./dom.js";
import { clock, minutes, number, t } from "./i18n.js";
import { picture } from "./picture.js";
import { showReplay } from "./replay.js";
import { device, isReadOnly } from "./store.js";

const TYPED_MS = 300;

/** The device that routines are checked for: the chosen one if its description is known, else the built-in boots. */
export const target = () => (device()?.about ? device().id : "boots-6");

export function editor(routine, saved) {
  const text = h("textarea", { testid: "editor", spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off",
    readonly: isReadOnly(), "aria-label": t("yaml"), "aria-describedby": "editor-errors", value: routine.text });
  const told = h("div", { id: "editor-errors", class: "checked", "aria-live": "polite" });
  const map = picture();
  const curves = h("div", { class: "curves" });
  const name = h("input", { testid: "save-name", "aria-label": t("save_name"), value: routine.is_builtin ? `my_${routine.name}` : routine.name, pattern: "[a-z0-9][a-z0-9_]{0,47}" });
  let turn = 0;
  const check = async () => {
    const own = ++turn;
    if (isReadOnly()) return;
    try {
      const found = await request("POST", `routines/check?device=${encodeURIComponent(target())}`, { yaml: text.value });
      if (own === turn) setChildren(told, checkResult(found, text));
    } catch (error) { if (own === turn) setChildren(told, h("p", { class: "warn" }, errorText(error))); }
  };
  let timer = null;
  text.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(check, TYPED_MS); });
  text.addEventListener("keydown", indent);
  const replay = h("button", { class: "main", testid: "replay", on: { click: () => whileDisabled(replay, () => showReplay(curves, text.value, target())) } }, t("replay"));
  const save = h("button", { testid: "save-as", on: { click: () => whileDisabled(save, () => saveAs(name.value, text, saved, check)) } }, t("save_as"));
  const tools = isReadOnly() ? h("p", { class: "soft" }, t("read_only"))
    : h("div", { class: "tools" }, replay, h("span", { class: "saving" }, name, save));
  map.load(`routines/${routine.name}/picture.svg?device=${encodeURIComponent(target())}`).catch(() => map.root.remove());
  check();
  const root = h("section", { class: "card" }, h("h2", { tabindex: -1 }, routine.title),
    h("p", { class: "soft" }, t("on_device", { device: target() })), map.root,
    h("details", {}, h("summary", {}, t("in_words")), h("ol", {}, routine.words.map((one) => h("li", {}, one)))),
    text, told, tools, curves);
  return { root, dispose: () => { turn += 1; clearTimeout(timer); } };
}

/** Tab inserts two spaces at the cursor; Shift+Tab moves the focus, as everywhere. */
function indent(event) {
  if (event.key !== "Tab" || event.shiftKey || event.target.readOnly) return;
  event.preventDefault();
  event.target.setRangeText("  ", event.target.selectionStart, event.target.selectionEnd, "end");
  event.target.dispatchEvent(new Event("input"));
}

async function whileDisabled(button, job) {
  button.disabled = true;
  await job().catch(showError);
  button.disabled = false;
}

/** Saves the text under `name`, and changes the name inside the text to match. */
async function saveAs(name, text, saved, check) {
  const renamed = text.value.replace(/^name:.*$/m, `name: ${name}`);
  try {
    await request("PUT", `routines/${encodeURIComponent(name)}`, { yaml: renamed });
    text.value = renamed;
    toast(t("saved", { name }));
    saved();
    check();
  } catch (error) {
    if (!(error instanceof ApiError) || !error.problem.errors?.length) throw error;
    toast(error.problem.errors.map((one) => `${one.line}:${one.column} ${one.what}`).join("; "));
  }
}

function checkResult(found, text) {
  if (!found.is_valid) {
    text.setAttribute("aria-invalid", "true");
    return h("ul", { class: "errors", testid: "editor-error" }, found.problems.map((one) => h("li", {},
      h("button", { on: { click: () => goTo(text, one) } }, t("line_column", one)), ` ${one.what}`, one.hint ? h("em", {}, ` ${one.hint}`) : null)));
  }
  text.removeAttribute("aria-invalid");
  if (!found.report) return h("p", { class: "warn" }, found.refusal ?? t("valid"));
  return report(found.report);
}

function goTo(text, { line, column }) {
  const before = text.value.split("\n").slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus();
  text.setSelectionRange(before + column - 1, before + column);
}

function report(made) {
  const peak = Math.max(0, ...Object.values(made.peak_mmhg));
  return h("div", { class: "report", testid: "report" },
    h("p", { class: "facts" }, h("span", { class: "good" }, t("valid")), h("span", {}, minutes(made.duration_s)), h("span", {}, t("up_to", { p: number(peak) })), h("span", {}, t("steps_n", { n: made.steps.length }))),
    differences(made, false),
    h("details", {}, h("summary", {}, t("steps")), h("ol", { class: "log" }, made.steps.map((one) => h("li", {}, h("time", {}, clock(one.at_s * 1000)), h("span", {}, one.title))))));
}
