// Commands to the device in view; a refusal is shown and announced.

import { post, ApiError } from "./api.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { device } from "./store.js";

const SHOWN_MS = 8000;

/** Sends a command; undefined if it was refused, which is then shown. */
export async function command(what, body, { silent = false } = {}) {
  const state = device();
  if (!state) return undefined;
  try {
    return await post(`devices/${encodeURIComponent(state.id)}/${what}`, body);
  } catch (error) {
    if (silent) throw error;
    showError(error);
    return undefined;
  }
}

export const errorText = (error) => (error instanceof ApiError ? error.message : t("unreachable"));

/** Shows for a while why something was not done. */
export function showError(error) {
  toast(errorText(error));
}

export function toast(text) {
  const box = h("p", { class: "toast", role: "alert" }, text);
  document.body.append(box);
  setTimeout(() => box.remove(), SHOWN_MS);
}
