"""What pages are told to note for a measurement; nothing in the panel knows of it."""

from typing import Final

AGES: Final = """
globalThis.ages = [];
globalThis.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", ({ data }) => {
      const news = JSON.parse(data);
      if (news.type !== "readings") return;
      const painted = new MessageChannel();
      painted.port1.onmessage = () => ages.push(Date.now() - Date.parse(news.readings.at));
      requestAnimationFrame(() => painted.port2.postMessage(null));
    });
  }
};
"""
"""How old (ms) each reading is once the frame that shows it has been made."""

SHOWN: Final = """
globalThis.shown = (doing) => new Promise((told) => {
  const look = () => {
    const is = document.querySelector("[data-testid=doing]")?.dataset.doing;
    if (is === doing) told(globalThis.since ?? Date.now()); else requestAnimationFrame(look);
  };
  look();
});
new MutationObserver(() => {
  const is = document.querySelector("[data-testid=doing]")?.dataset.doing;
  if (is !== globalThis.last) { globalThis.last = is; globalThis.since = Date.now(); }
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-doing"] });
"""
"""When (ms) the page began to show this."""

TOUCHES: Final = """
addEventListener("pointerdown", (event) => { globalThis.touched = performance.timeOrigin + event.timeStamp; }, true);
"""

READINGS: Final = """async (many) => {
  const { store, applyMessage } = await import("./js/store.js");
  const [id] = store.devices.keys();
  const values = store.devices.get(id).about.channels.map((_, i) => i);
  const link = { slack_ms: 8000, rtt_ms: 4, lost: 0, resent: 0, bad_frames: 0, late_max_ms: 2 };
  for (let i = 0; i < many; i++) {
    const readings = { id, at: "2026-01-01T00:00:00Z", session_ms: i * 100, commanded: values, measured: values };
    applyMessage(JSON.parse(JSON.stringify({ type: "readings", readings: { ...readings, ...link } })));
    if (i % 1000 === 0) await new Promise((next) => setTimeout(next));
  }
}"""
