// The service over HTTP. Every address is relative to the page, so that the panel works behind any prefix.

import { keep, kept } from "./storage.js";

/** No header takes any other word: the browser would send nothing at all, not even a stop. */
const SENDABLE = /^[!-~]*$/;

export const token = {
  get: () => (SENDABLE.test(kept("token") ?? "") ? kept("token") ?? "" : ""),
  set: (word) => keep("token", word),
};

export function address(path) {
  return new URL(path, document.baseURI);
}

/** What the service refuses: its problem+json. */
export class Refused extends Error {
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** What the service answers: parsed JSON, or text. Throws Refused, or TypeError where nobody answers. */
export async function ask(method, path, { body, yaml, patience = 30_000 } = {}) {
  const headers = token.get() ? { Authorization: `Bearer ${token.get()}` } : {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (yaml !== undefined) headers["Content-Type"] = "application/yaml";
  const answer = await fetch(address(`api/v1/${path}`), {
    method, headers, body: yaml ?? (body === undefined ? undefined : JSON.stringify(body)),
    signal: AbortSignal.timeout(patience), cache: "no-store",
  });
  const kind = answer.headers.get("Content-Type") ?? "";
  const told = kind.includes("json") ? await answer.json() : await answer.text();
  if (answer.ok) return told;
  if (answer.status === 401) document.dispatchEvent(new Event("legato:token"));
  throw new Refused(told.detail ? told : { type: "failed", status: answer.status, detail: answer.statusText });
}

export const get = (path, options) => ask("GET", path, options);
export const post = (path, body, options) => ask("POST", path, { body, ...options });

// A browser has six connections to a service. Pictures may take two of them; a stop must never queue behind pictures.
const MOST = 2;
const waiting = [];
let busy = 0;

/** The same as `get`, when there is nothing better to do; what is looked at now is `wanted` before the others. */
export function leisurely(path, isWanted = false) {
  return new Promise((resolve, reject) => {
    waiting[isWanted ? "unshift" : "push"]({ path, resolve, reject });
    next();
  });
}

function next() {
  if (busy >= MOST || !waiting.length) return;
  const { path, resolve, reject } = waiting.shift();
  busy += 1;
  get(path).then(resolve, reject).finally(() => { busy -= 1; next(); });
}

/** Milliseconds that the service takes to answer; Infinity where it does not. */
export async function roundtrip() {
  const began = performance.now();
  try {
    await fetch(address("healthz"), { cache: "no-store", signal: AbortSignal.timeout(4000) });
    return performance.now() - began;
  } catch {
    return Infinity;
  }
}
