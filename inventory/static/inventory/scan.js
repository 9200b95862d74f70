// The scan field: scanners, pasted lists, the camera and fingers fill it; every scan is answered in place, network or not.

import { forgetPages } from "./scan-app.js";
import { line, replaceKept, say, show, showConflicts, switchTo, tally, waits, words } from "./scan-answers.js";
import { camera } from "./scan-camera.js";
import { grouped, readCard, readTag } from "./scan-codes.js";
import { names, queue } from "./scan-keeping.js";
import { flush, newCode, newId, post, read } from "./scan-sending.js";
import { toggleSound } from "./scan-signals.js";

const form = document.querySelector("[data-scan-session]");
const field = form.querySelector("[name=q]");
const { person } = form.dataset;
let session = form.dataset.scanSession;
// A session that a mode card began without a network: the server hears of it first of all.
let local = false;
let opened = false;
// Nobody types a tag at less than so many milliseconds a key; a scanner does.
const SCANNER_MS = 40;
const AGAIN_MS = 5_000;
const NAMES_MS = 10 * 60_000;

// One after the other, so that answers come in the order of the scans.
let before = Promise.resolve();
const then = (work) => { before = before.then(work).catch(() => say(words("trouble"))); return before; };

async function keep(codes) {
  const scans = codes.map((text) => ({ session, person, text, id: newId(), at: Date.now() }));
  const earlier = new Set((await mine()).filter((scan) => scan.session === session).map((scan) => readTag(scan.text) || scan.text));
  await queue.add(scans);
  await send(new Set(scans.map((scan) => scan.id)));
  const left = new Set((await mine()).map((scan) => scan.id));
  for (const scan of scans.filter(({ id }) => left.has(id))) await showKept(scan, earlier);
}

const mine = async () => (await queue.all()).filter((scan) => scan.person === person);

async function send(fresh = new Set()) {
  const why = await flush(person, fresh, async (scans, rows, counted, late) => {
    if (scans[0].session === session) {
      opened ||= Boolean(counted);
      for (const row of rows) line(row);
      if (counted) tally(counted);
      if (late) replaceKept(rows);
      else if (rows.length) show(rows.at(-1));
    }
  });
  waits((await mine()).filter((scan) => !scan.open).length, why);
  await showConflicts(person);
  // The server has it, or will not have it: its own page says which.
  if (local && !why && !field.value) location.assign(opened ? form.dataset.page.replace("CODE", session) : location.pathname);
}

// Not sent: what this phone knows of it by itself.
async function showKept(scan, earlier) {
  const tag = readTag(scan.text);
  const known = (tag && (await names.byTag(tag))) || (await names.bySerial(scan.text.toUpperCase()));
  const again = earlier.has(tag || scan.text);
  earlier.add(tag || scan.text);
  const row = {
    id: scan.id, text: scan.text, outcome: again ? "again" : "kept", category: "", title: known?.title ?? "",
    said: words(again ? "kept-again" : known ? "kept" : tag ? "kept-unknown" : "kept-no-tag"),
    tag: known?.tag ?? tag, label: known || tag ? grouped(known?.tag ?? tag) : "",
  };
  line({ ...row, outcome: "kept" });
  show(row);
}

function take(text) {
  const codes = text.split(/[\r\n\t;]+/).map((code) => code.trim()).filter(Boolean);
  const card = codes.length === 1 && readCard(codes[0]);
  if (card) then(() => change(card));
  else if (codes.length) then(() => keep(codes));
}

// A mode card begins a session of its own, without a network on this phone; where it cannot, that is said loudly.
async function change(card) {
  const ready = await read("/scan/ready/");
  if (ready.status !== 0) {
    const asked = new URLSearchParams({ location: card.location });
    return location.assign(`${form.dataset.begin.replace("ACT", card.act)}?${asked}`);
  }
  const act = document.querySelector(`template[data-act="${CSS.escape(card.act)}"]`);
  const asks = act?.dataset.asks.split(" ").filter(Boolean) ?? [];
  const place = card.location || form.dataset.place;
  if (!act || asks.some((ask) => ask !== "location") || (asks.length && !place)) return say(words("card-offline"));
  session = newCode();
  local = true;
  opened = false;
  const open = { open: true, act: card.act, location: asks.length ? place : "" };
  await queue.add([{ ...open, session, person, text: "", id: newId(), at: Date.now() }]);
  switchTo(act.content.textContent, asks.length ? place : "");
}

let typed = [];
field.addEventListener("keydown", (event) => {
  if (event.key.length === 1) typed.push(event.timeStamp);
  // Some scanners end with a line feed, which is Ctrl+J, or with a tab.
  const feed = event.ctrlKey && event.key.toLowerCase() === "j";
  const fast = typed.length > 5 && typed.at(-1) - typed[0] < SCANNER_MS * typed.length;
  if (feed || (event.key === "Tab" && !event.shiftKey && field.value && fast)) {
    event.preventDefault();
    form.requestSubmit();
  }
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  const text = field.value;
  field.value = "";
  typed = [];
  field.focus();
  take(text);
});
field.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text");
  if (!/[\r\n\t;]/.test(text.trim())) return;
  event.preventDefault();
  take(text);
});

// A scanner does not look where the focus is: what it types outside any field goes into this one.
document.addEventListener("keydown", (event) => {
  const elsewhere = event.target.closest("input, select, textarea, button, a, summary, [contenteditable]");
  if (!elsewhere && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) field.focus();
}, { capture: true });

document.querySelector("[data-undo]").addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  field.focus();
  then(async () => {
    await send();
    const said = await post(`/api/scan-sessions/${session}/undo`, {});
    if (!said.ok) return say(said.detail || words(said.status === 401 ? "sign-in" : "network"));
    tally(said.body.session);
    line(said.body.rows[0]);
    show(said.body.rows[0]);
  });
});

camera(document.querySelector("[data-camera]"), document.querySelector("[data-camera-button]"), take, () => say(words("no-camera")));
toggleSound(document.querySelector("[data-sound]"), () => field.focus());
document.querySelector("[data-send]").addEventListener("click", () => { field.focus(); then(() => send()); });
document.querySelector("form[action$='/logout/']")?.addEventListener("submit", () => { forgetPages(); names.keep([]); });

// The network says when it is back; a server that was away does not.
addEventListener("online", () => then(() => send()));
setInterval(async () => { if ((await mine()).length) then(() => send()); }, AGAIN_MS);

async function keepNames() {
  if (Date.now() - ((await names.keptAt()) ?? 0) < NAMES_MS) return;
  const stock = await read("/api/scan-stock");
  if (stock.ok) await names.keep(stock.body);
}

field.focus();
then(async () => {
  const waiting = (await mine()).filter((scan) => scan.session === session && !scan.open);
  const earlier = new Set();
  for (const scan of waiting) await showKept(scan, earlier);
  await send();
  keepNames().catch(() => {});
});
