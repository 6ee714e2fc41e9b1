// The service over HTTP. Every URL is relative to the page, so that the panel works behind any path prefix.

import { saveSetting, loadSetting } from "./storage.js";

/** The characters that a header can carry: with any other, the browser would send nothing at all, not even a stop. */
const SENDABLE = /^[!-~]*$/;

export const token = {
  get: () => (SENDABLE.test(loadSetting("token") ?? "") ? loadSetting("token") ?? "" : ""),
  set: (word) => saveSetting("token", word),
};

export function resolveUrl(path) {
  return new URL(path, document.baseURI);
}

/** The service refused a request; `problem` is its problem+json. */
export class ApiError extends Error {
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** The response of the service: parsed JSON, or text. Throws ApiError, or TypeError if there is no response. */
export async function request(method, path, { body, yaml, timeoutMs = 30_000 } = {}) {
  const headers = token.get() ? { Authorization: `Bearer ${token.get()}` } : {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (yaml !== undefined) headers["Content-Type"] = "application/yaml";
  const answer = await fetch(resolveUrl(`api/v1/${path}`), {
    method, headers, body: yaml ?? (body === undefined ? undefined : JSON.stringify(body)),
    signal: AbortSignal.timeout(timeoutMs), cache: "no-store",
  });
  const kind = answer.headers.get("Content-Type") ?? "";
  const told = kind.includes("json") ? await answer.json() : await answer.text();
  if (answer.ok) return told;
  if (answer.status === 401) document.dispatchEvent(new Event("legato:token"));
  throw new ApiError(told.detail ? told : { type: "failed", status: answer.status, detail: answer.statusText });
}

export const get = (path, options) => request("GET", path, options);
export const post = (path, body, options) => request("POST", path, { body, ...options });

// A browser opens at most six connections to a host. Pictures may use two of them; a stop must never queue behind pictures.
const MOST = 2;
const waiting = [];
let busy = 0;

/** Like `get`, but queued at low priority; with `isWanted` it goes to the front of that queue. */
export function getInBackground(path, isWanted = false) {
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

/** How long the service takes to answer, in ms; Infinity if it does not. */
export async function measureLatency() {
  const began = performance.now();
  try {
    const answer = await fetch(resolveUrl("healthz"), { cache: "no-store", signal: AbortSignal.timeout(4000) });
    const took = performance.now() - began;
    await answer.arrayBuffer(); // unread, it would keep its connection until the signal
    return took;
  } catch {
    return Infinity;
  }
}
