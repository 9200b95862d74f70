// The scan field: scanners, pasted lists and fingers fill it, every scan is answered in place, focus comes back to it.

import { readCard } from "./scan-codes.js";
import { tell, toggleSound } from "./scan-signals.js";
import { newId, post } from "./scan-sending.js";

const form = document.querySelector("[data-scan-session]");
const field = form.querySelector("[name=q]");
const answer = document.querySelector("[data-answer]");
const list = document.querySelector("[data-rows]");
const MOST_SHOWN = 30;
const AT_ONCE = 100;
// Nobody types a tag at less than so many milliseconds a key; a scanner does.
const SCANNER_MS = 40;

const words = (name) => document.querySelector(`template[data-words="${name}"]`).content.textContent;
const copy = (kind, name) => document.querySelector(`template[data-${kind}="${name}"]`).content.cloneNode(true);
const element = (name, className, text) => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};
const TONES = { done: "good", refused: "bad", again: "warn", undone: "warn" };

export function show(row) {
  const outcome = row.undone ? "undone" : row.outcome;
  answer.className = `answer ${TONES[outcome]}`;
  const inside = [copy("verdict", outcome), name(row, "tag-big", "serial"), element("p", "said", row.said)];
  if (row.category || row.title) inside.push(element("p", "", `${row.category} ${row.title}`.trim()));
  if (row.free_tag) inside.push(register(row.free_tag));
  answer.replaceChildren(...inside);
  tell(outcome);
}

export function line(row) {
  const outcome = row.undone ? "undone" : row.outcome;
  const made = document.createElement("li");
  made.append(copy("mark", outcome), " ", name(row, "tag", "serial"), " ", element("span", "soft", row.said));
  list.prepend(made);
  while (list.children.length > MOST_SHOWN) list.lastElementChild.remove();
}

function name(row, tagClass, textClass) {
  if (!row.tag) return element("span", textClass, row.text.slice(0, 60));
  const link = element("a", tagClass, row.label);
  link.href = form.dataset.device.replace("TAG", row.tag);
  return link;
}

function register(tag) {
  const made = document.createElement("p");
  const link = element("a", "", words("register"));
  link.href = `${form.dataset.found}?${new URLSearchParams({ tag, location: form.dataset.place })}`;
  made.append(link);
  return made;
}

function tally(session) {
  for (const what of ["done", "again", "refused"]) document.querySelector(`[data-${what}]`).textContent = session[what];
}

// One after the other, so that answers come in the order of the scans.
let before = Promise.resolve();
function send(codes) {
  const scans = codes.map((text) => ({ text, id: newId() }));
  before = before.then(() => sendNow(scans));
}

async function sendNow(scans) {
  for (let start = 0; start < scans.length; start += AT_ONCE) {
    const said = await post(`${form.dataset.api}scans`, { scans: scans.slice(start, start + AT_ONCE) });
    if (!said.ok) {
      show({ outcome: "refused", said: said.detail || words("trouble"), text: scans[start].text, tag: "" });
      continue;
    }
    for (const row of said.body.rows) line(row);
    tally(said.body.session);
    show(said.body.rows.at(-1));
  }
}

export function take(text) {
  const codes = text.split(/[\r\n\t;]+/).map((code) => code.trim()).filter(Boolean);
  const card = codes.length === 1 && readCard(codes[0]);
  if (card) {
    answer.replaceChildren(element("p", "said", words("leave")));
    location.assign(`${form.dataset.begin.replace("ACT", card.act)}?${new URLSearchParams({ location: card.location })}`);
  } else if (codes.length) {
    send(codes);
  }
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

const undo = document.querySelector("[data-undo]");
undo.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  field.focus();
  before = before.then(async () => {
    const said = await post(`${form.dataset.api}undo`, {});
    if (!said.ok) return show({ outcome: "refused", said: said.detail || words("trouble"), text: "", tag: "" });
    tally(said.body.session);
    line(said.body.rows[0]);
    show(said.body.rows[0]);
  });
});

toggleSound(document.querySelector("[data-sound]"), () => field.focus());
field.focus();
