// What a person asks of the device; what the service refuses is said out loud.

import { post, Refused } from "./api.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { device } from "./store.js";

const SHOWN_MS = 8000;

/** Has it done; undefined where it was refused, which is then told. */
export async function command(what, body, { silent = false } = {}) {
  const state = device();
  if (!state) return undefined;
  try {
    return await post(`devices/${encodeURIComponent(state.id)}/${what}`, body);
  } catch (error) {
    if (silent) throw error;
    complain(error);
    return undefined;
  }
}

export const reason = (error) => (error instanceof Refused ? error.message : t("unreachable"));

/** Says for a while why something was not done. */
export function complain(error) {
  toast(reason(error));
}

export function toast(text) {
  const box = h("p", { class: "toast", role: "alert" }, text);
  document.body.append(box);
  setTimeout(() => box.remove(), SHOWN_MS);
}
