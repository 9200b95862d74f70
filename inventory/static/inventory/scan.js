// The scan field: scanners, pasted lists, the camera and fingers fill it; every scan is answered in place, network or not.

import { forgetPages } from "./scan-app.js";
import * as another from "./scan-another.js";
import { line, replaceKept, say, show, showConflicts, showScanners, switchTo, tally, waits, words } from "./scan-answers.js";
import { camera } from "./scan-camera.js";
import { grouped, readCard, readTag } from "./scan-codes.js";
import * as delivery from "./scan-delivery.js";
import { conflicts, names, queue } from "./scan-keeping.js";
import { flush, newCode, newId, post, read } from "./scan-sending.js";
import { toggleSound } from "./scan-signals.js";

const form = document.querySelector("[data-scan-session]");
const field = form.querySelector("[name=q]");
const answer = document.querySelector("[data-answer]");
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

async function keep(codes, seal = "") {
  const scans = codes.map((text) => ({ session, person, text, seal, id: newId(), at: Date.now() }));
  const earlier = new Set((await mine()).filter((scan) => scan.session === session && !scan.open && !scan.deliver).map((scan) => readTag(scan.text) || scan.text));
  await queue.add(scans);
  await send(new Set(scans.map((scan) => scan.id)));
  const left = new Set((await mine()).map((scan) => scan.id));
  for (const scan of scans.filter(({ id }) => left.has(id))) await showKept(scan, earlier);
}

const mine = async () => (await queue.all()).filter((scan) => scan.person === person);

async function send(fresh = new Set()) {
  const why = await flush(person, fresh, async (scans, rows, told, late, delivered) => {
    if (delivered && !field.value) location.assign(location.pathname);
    if (scans[0].session === session) {
      opened ||= Boolean(told);
      for (const row of rows) { line(row); delivery.arrives(row); }
      if (told) {
        tally(told.session);
        showScanners(told.scanners);
        await delivery.progress(told.session, read);
      }
      if (late) replaceKept(rows);
      else if (rows.length) show(rows.at(-1));
    }
  });
  waits((await mine()).filter((scan) => !scan.open).length, why);
  await showConflicts(person, sendAgain);
  // The server has it, or will not have it: its own page says which.
  if (local && !why && !field.value) location.assign(opened ? form.dataset.page.replace("CODE", session) : location.pathname);
}

// A delivery that was refused is sent once more, as it was signed.
async function sendAgain({ id, at, text, deliver, session: of }) {
  await conflicts.again(id, { session: of, person, text, deliver, id, at });
  then(() => send());
}

// Not sent: what this phone knows of it by itself.
async function showKept(scan, earlier) {
  const tag = readTag(scan.text);
  const known = (tag && (await names.byTag(tag))) || (await names.bySerial(scan.text.toUpperCase()));
  const again = earlier.has(tag || scan.text);
  earlier.add(tag || scan.text);
  const found = known?.tag ?? tag;
  const crate = delivery.isCrate(found);
  const stranger = !crate && !again && delivery.expects(found) === false;
  const row = {
    id: scan.id, text: scan.text, outcome: again ? "again" : "kept", category: "", title: known?.title ?? "",
    said: words(again ? "kept-again" : crate ? "kept-crate" : stranger ? "kept-unexpected" : known || delivery.expects(found) ? "kept" : tag ? "kept-unknown" : "kept-no-tag"),
    tag: crate ? "" : found, label: found ? grouped(found) : "", container: crate ? found : "", unexpected: stranger,
  };
  delivery.arrives(row, true);
  line({ ...row, outcome: "kept" });
  show(row);
}

function take(text) {
  const codes = text.split(/[\r\n\t;]+/).map((code) => code.trim()).filter(Boolean);
  const card = codes.length === 1 && readCard(codes[0]);
  const tag = codes.length === 1 && readTag(codes[0]);
  if (card) then(() => change(card));
  else if (delivery.askSeal(tag, tag && grouped(tag), answer, (seal) => { field.focus(); if (seal) then(() => keep(codes, seal)); })) return;
  else if (codes.length) then(() => keep(codes));
}

// A mode card begins a session of its own, without a network on this phone: what it does not say is asked here.
async function change(card) {
  const ready = await read("/scan/ready/");
  if (ready.status !== 0) {
    const asked = new URLSearchParams({ location: card.location });
    return location.assign(`${form.dataset.begin.replace("ACT", card.act)}?${asked}`);
  }
  if (!another.knows(card.act)) return say(words("card-offline"));
  const place = card.location || form.dataset.place;
  if (!another.suffices(card.act, place)) return another.ask(beginHere, card.act, place);
  await beginHere({ act: card.act, location: another.asksPlace(card.act) ? place : "", grade: "", request: "" });
}

async function beginHere(facts) {
  session = newCode();
  local = true;
  opened = false;
  await queue.add([{ open: true, ...facts, session, person, text: "", id: newId(), at: Date.now() }]);
  switchTo(another.labelOf(facts.act), facts.location);
  field.focus();
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
  const elsewhere = event.target.closest("input, select, textarea, [contenteditable]");
  // A button keeps its space bar, nothing else.
  if (!elsewhere && event.key !== " " && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) field.focus();
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

camera(document.querySelector("[data-camera]"), document.querySelector("[data-camera-button]"), take, () => say(words("no-camera")), () => field.focus());
delivery.signing(
  async () => { await then(() => send()); return !(await mine()).length && (await read("/scan/ready/")).ok; },
  async (facts) => {
    const signed = { session, person, text: `${words("delivery")} ${facts.number}`, deliver: facts, id: newId(), at: Date.now() };
    await queue.add([signed]);
    show({ id: signed.id, text: signed.text, outcome: "kept", said: words("signed"), tag: "", title: "", category: "" });
    then(() => send());
  },
);
const anotherButton = document.querySelector("[data-another-button]");
anotherButton.hidden = false;
anotherButton.addEventListener("click", async () => {
  if ((await read("/scan/ready/")).status !== 0) return location.assign(form.dataset.acts);
  another.ask(beginHere);
});
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
  await delivery.remember();
  const waiting = (await mine()).filter((scan) => scan.session === session && !scan.open && !scan.deliver);
  const earlier = new Set();
  for (const scan of waiting) await showKept(scan, earlier);
  await send();
  keepNames().catch(() => {});
});
