// What the scan page shows: the last answer on half the screen, every scan as a line, what waits and what is to solve.

import { conflicts } from "./scan-keeping.js";
import { tell } from "./scan-signals.js";

const MOST_SHOWN = 30;
const TONES = { done: "good", refused: "bad", again: "warn", undone: "warn", kept: "info", unexpected: "warn" };

const form = document.querySelector("[data-scan-session]");
const answer = document.querySelector("[data-answer]");
const list = document.querySelector("[data-rows]");
const unsent = document.querySelector("[data-unsent]");
const waiting = document.querySelector("[data-waiting]");
const toSolve = document.querySelector("[data-conflicts]");

export const words = (name) => document.querySelector(`template[data-words="${name}"]`).content.textContent;
const copy = (kind, name) => document.querySelector(`template[data-${kind}="${name}"]`).content.cloneNode(true);
const outcomeOf = (row) => (row.undone ? "undone" : row.unexpected ? "unexpected" : row.outcome);

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function nameOf(row, tagClass) {
  if (row.container) return element("span", tagClass, row.label);
  if (!row.tag) return element("span", "serial", row.text.slice(0, 60));
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

function crate(tag) {
  const made = document.createElement("p");
  const link = element("a", "", words("crate"));
  link.href = form.dataset.container.replace("TAG", tag);
  made.append(link);
  return made;
}

// What is on the screen waits no longer: its answer has come, so it takes its place, without a sound.
export function replaceKept(rows) {
  const row = answer.dataset.kept && rows.find(({ id }) => id === answer.dataset.kept);
  if (row) show(row, true);
}

export function show(row, silent = false) {
  const outcome = outcomeOf(row);
  answer.dataset.kept = row.outcome === "kept" ? row.id : "";
  answer.className = `answer ${TONES[outcome]}`;
  const inside = [copy("verdict", outcome), nameOf(row, "tag-big"), element("p", "said", row.said)];
  if (row.category || row.title) inside.push(element("p", "", `${row.category} ${row.title}`.trim()));
  if (row.container) inside.push(crate(row.container));
  if (row.free_tag) inside.push(register(row.free_tag));
  answer.replaceChildren(...inside);
  if (!silent) tell(outcome === "kept" ? "done" : outcome);
}

export function say(sentence) {
  answer.className = "answer bad";
  answer.dataset.kept = "";
  answer.replaceChildren(copy("verdict", "refused"), element("p", "said", sentence));
  tell("refused");
}

export function line(row) {
  const made = document.createElement("li");
  made.dataset.scan = row.id ?? "";
  made.append(copy("mark", outcomeOf(row)), " ", nameOf(row, "tag"), " ", element("span", "soft", row.said));
  // What was kept has its answer now: its line is replaced where it stands.
  const kept = row.id && list.querySelector(`[data-scan="${CSS.escape(row.id)}"]`);
  if (kept && !row.undone) return kept.replaceWith(made);
  list.prepend(made);
  while (list.children.length > MOST_SHOWN) list.lastElementChild.remove();
}

// Who scans here, and how much of it counts: shown as soon as they are two.
export function showScanners(people) {
  const list = document.querySelector("[data-scanners]");
  for (const { who, done } of people) {
    const known = list.querySelector(`[data-who="${CSS.escape(who)}"]`);
    const line = known ?? element("li", "", `${words("colleague")} ${who.slice(0, 8)} `);
    line.dataset.who = who;
    if (!known) { line.append(element("strong", "", done)); list.append(line); }
    line.querySelector("strong").textContent = done;
  }
  list.hidden = people.length < 2;
}

// Another act from here on: the list and the counters begin anew.
export function switchTo(act, place) {
  document.querySelector("h1").textContent = place ? `${act} · ${place}` : act;
  form.dataset.place = place;
  list.replaceChildren();
  tally({ done: 0, again: 0, refused: 0 });
  answer.className = "answer info";
  answer.dataset.kept = "";
  answer.replaceChildren(element("p", "said", act), element("p", "", words("switched")));
  tell("done");
}

export function tally(session) {
  for (const what of ["done", "again", "refused"]) document.querySelector(`[data-${what}]`).textContent = session[what];
}

// How many scans are on this phone only, and why they are.
export function waits(count, why) {
  unsent.hidden = count === 0;
  waiting.hidden = count === 0;
  for (const notice of [unsent, waiting]) notice.querySelector("strong").textContent = count;
  unsent.querySelector("[data-why]").textContent = why ? words(why) : "";
}

// What was signed is shown as it was drawn, and can be sent again once the reason is gone.
function delivery(row, again) {
  const picture = document.createElement("img");
  picture.src = `data:image/png;base64,${row.deliver.signature}`;
  picture.alt = words("delivery");
  picture.className = "signed";
  const send = element("button", "button quiet", words("again-send"));
  send.type = "button";
  send.addEventListener("click", () => again(row));
  return [picture, " ", send];
}

export async function showConflicts(person, again) {
  const open = (await conflicts.all()).filter((one) => one.person === person);
  toSolve.hidden = open.length === 0;
  toSolve.querySelector("ul").replaceChildren(...open.map((row) => {
    const made = document.createElement("li");
    const solved = element("button", "button quiet", words("solved"));
    solved.type = "button";
    solved.addEventListener("click", async () => {
      await conflicts.solved(row.id);
      await showConflicts(person, again);
      form.querySelector("[name=q]").focus();
    });
    const when = element("time", "small", new Date(row.occurred_at).toLocaleString(document.documentElement.lang));
    made.append(copy("mark", "refused"), " ", nameOf(row, "tag"), " ", element("span", "", row.said), " ", when, " ", ...(row.deliver ? [...delivery(row, again), " "] : []), solved);
    return made;
  }));
}
