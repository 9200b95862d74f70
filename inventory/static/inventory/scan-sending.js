// How the scan page speaks to the server: a queue that is sent in order, and an answer even when none came.

import { queue } from "./scan-keeping.js";

const AT_ONCE = 100;
const PATIENCE_MS = 15_000;

let token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// Made here, so that a scan sent twice counts once (crypto.randomUUID is there only on https and localhost).
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// The code of a session that begins without a network.
export const newCode = () => [...crypto.getRandomValues(new Uint8Array(5))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// { ok, status, body, detail }: status 0 when the network or the server gave no answer, 401 when nobody is signed in.
async function ask(address, options = {}) {
  try {
    const answer = await fetch(address, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.redirected) return { ok: false, status: 401, body: {} };
    const body = await answer.json().catch(() => ({}));
    return { ok: answer.ok, status: answer.status, body, detail: body.detail };
  } catch {
    return { ok: false, status: 0, body: {} };
  }
}

export const read = (address) => ask(address);

export async function post(address, body, headers = {}) {
  const send = () => ask(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token, ...headers },
    body: JSON.stringify(body),
  });
  const said = await send();
  // A page that was kept for long has an old proof of who asks.
  if (said.status !== 403 || said.body.title === "not_allowed") return said;
  const ready = await ask("/scan/ready/");
  if (!ready.ok) return ready;
  token = ready.body.token;
  return send();
}

// Send what waits, in its order, as far as the network carries. `answered(scans, rows, session, late)` hears of each
// batch. `fresh` are the ids of what was scanned just now; the rest was kept, and says when it happened. Returns what
// stopped it: "" when nothing did, "network", or "sign-in".
export function flush(person, fresh, answered) {
  const run = () => sendAll(person, fresh, answered);
  return navigator.locks ? navigator.locks.request("relais-scan-queue", run) : run();
}

async function sendAll(person, fresh, answered) {
  for (;;) {
    const waiting = (await queue.all()).filter((scan) => scan.person === person);
    if (!waiting.length) return "";
    if (waiting[0].open) {
      const stopped = await open(waiting, answered);
      if (stopped) return stopped;
      continue;
    }
    if (waiting[0].deliver) {
      const stopped = await deliver(waiting[0], fresh, answered);
      if (stopped) return stopped;
      continue;
    }
    const next = waiting.findIndex((scan) => scan.open || scan.deliver || scan.session !== waiting[0].session);
    const some = waiting.slice(0, Math.min(AT_ONCE, next < 0 ? waiting.length : next));
    const late = some.some((scan) => !fresh.has(scan.id));
    // This phone's clock may be wrong: how long ago is counted on it, the moment by the server's.
    let now = 0;
    if (late) {
      const ready = await read("/scan/ready/");
      if (!ready.ok) return ready.status === 401 ? "sign-in" : "network";
      now = Date.parse(ready.body.now);
      token = ready.body.token;
    }
    const scans = some.map(({ id, text, at, seal }) => ({
      id, text, ...(seal && { seal }), ...(late && { occurred_at: moment(now, at) }),
    }));
    const said = await post(`/api/scan-sessions/${some[0].session}/scans`, { scans });
    if (said.status === 401) return "sign-in";
    if (said.status === 0 || said.status >= 500 || said.status === 429) return "network";
    // Refused as a whole: none is dropped, each waits with the reason.
    const rows = said.ok ? said.body.rows : some.map((scan) => refusedWhole(scan, said.detail));
    const kept = rows.filter((row) => row.outcome === "refused" && (late || !said.ok));
    await queue.answered(some, kept.map((row) => ({ ...row, session: some[0].session, person })));
    await answered(some, rows, said.ok ? said.body : null, late);
  }
}

const moment = (now, at) => new Date(now - Math.max(0, Date.now() - at)).toISOString();

// The two signatures under a delivery. The mark makes a second sending count once, whatever answer was lost; what is
// refused waits with all that was signed.
async function deliver(signed, fresh, answered) {
  const { id, at, person, session, deliver: { number, ...facts }, text } = signed;
  let body = signed.body;
  if (!body) {
    const ready = await read("/scan/ready/");
    if (!ready.ok) return ready.status === 401 ? "sign-in" : "network";
    token = ready.body.token;
    // Once said, the moment stays as it is: another body under the same mark would be another delivery.
    body = { tags: [], ...facts, occurred_at: moment(Date.parse(ready.body.now), at) };
    await queue.put({ ...signed, body });
  }
  const said = await post(`/api/collections/${number}/deliver`, body, { "Idempotency-Key": id });
  if (said.status === 401) return "sign-in";
  if (said.status === 0 || said.status >= 500 || said.status === 429) return "network";
  const refused = { ...refusedWhole(signed, said.detail), text, session, person, at, deliver: signed.deliver };
  await queue.answered([signed], said.ok ? [] : [refused]);
  await answered([signed], said.ok ? [] : [refused], null, true, said.ok);
  return "";
}

// A session that began on this phone. Where the server will not have it, its scans wait with the reason.
async function open(waiting, answered) {
  const [{ session, act, location, grade = "", request = "", person }] = waiting;
  const said = await post("/api/scan-sessions", { code: session, act, location, grade, request });
  if (said.status === 401) return "sign-in";
  if (said.status === 0 || said.status >= 500 || said.status === 429) return "network";
  const some = said.ok ? waiting.slice(0, 1) : waiting.filter((scan) => scan.session === session && !scan.deliver);
  const refused = said.ok ? [] : some.filter((scan) => !scan.open);
  await queue.answered(some, refused.map((scan) => ({ ...refusedWhole(scan, said.detail), session, person })));
  await answered(waiting.slice(0, 1), [], said.ok ? { session: said.body, scanners: [] } : null, true);
  return "";
}

const refusedWhole = (scan, why) => ({
  id: scan.id, outcome: "refused", said: why ?? "", text: scan.text, tag: "", label: "", title: "", category: "", free_tag: "",
  container: "", undone: false, unexpected: false, occurred_at: new Date(scan.at).toISOString(),
});
