// The screening questions that are due, one at a time, in large type.

import { get, post } from "./api.js";
import { h, setChildren } from "./dom.js";
import { t } from "./i18n.js";

/** Asks in `place` the questions that are due for `person`; whether a massage may follow. */
export async function screening(place, person) {
  const path = `people/${encodeURIComponent(person)}/screening`;
  let standing = await get(path);
  const all = standing.due.length;
  while (standing.due.length) {
    const [question] = standing.due;
    const answer = await askQuestion(place, question, all - standing.due.length + 1, all);
    standing = await post(path, { answers: { [question.id]: answer } });
    if (standing.level === "stop") break;
  }
  if (standing.level !== "stop") { setChildren(place); return true; }
  const reasons = standing.findings.filter((one) => one.level === "stop").map((one) => h("p", {}, one.reason));
  setChildren(place, h("div", { class: "warn", role: "alert" }, h("strong", {}, t("not_today")), reasons));
  return false;
}

function askQuestion(place, question, number, all) {
  return new Promise((resolve) => {
    const answers = ["no", "yes", "unsure"].map((one) =>
      h("button", { class: "huge", testid: `answer-${one}`, on: { click: () => resolve(one) } }, t(`answer_${one}`)));
    setChildren(place, h("div", { class: "screening", testid: "screening" }, h("p", { class: "soft" }, t("question_n", { n: number, all: Math.max(number, all) })),
      h("p", { class: "question", lang: "en" }, question.question), h("div", { class: "answers" }, answers)));
    place.scrollIntoView({ block: "nearest" });
    answers[0].focus();
  });
}
