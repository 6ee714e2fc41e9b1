// A replay of the whole routine on the simulator, in seconds: target against measured.

import { post } from "./api.js";
import { chart } from "./chart.js";
import { h, setChildren } from "./dom.js";
import { t } from "./i18n.js";
import { store } from "./store.js";

/** Replays `text` on `device` and draws it in `place`. */
export async function showReplay(place, text, device) {
  setChildren(place, h("p", { role: "status", class: "soft" }, t("replaying")));
  let done;
  try {
    done = await post("replay", { text, device, ...(store.person ? { person: store.person } : {}) }, { timeoutMs: 120_000 });
  } catch (error) {
    setChildren(place);
    throw error;
  }
  const pick = h("select", { "aria-label": t("zone") }, done.curves.map((one, i) => h("option", { value: i }, `${one.channel.replaceAll("_", " ")} (${one.unit})`)));
  const canvas = h("div", { class: "chart" });
  setChildren(place, h("p", { role: "status", testid: "replayed" }, t("replay_done", { outcome: t(`ended_${done.outcome}`) })), pick, canvas);
  const plot = await chart(canvas, { label: t("chart_title"), names: [t("commanded"), t("measured")] });
  const draw = () => {
    const curve = done.curves[Number(pick.value)];
    plot.set([done.times_s, curve.commanded, curve.measured]);
  };
  pick.value = Math.max(0, done.curves.findIndex((one) => one.unit === "mmHg" && Math.max(...one.commanded) > 10));
  pick.addEventListener("change", draw);
  draw();
}
