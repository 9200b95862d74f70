// A delivery that is scanned in: what is still to come, the seals of its crates, and two signatures without a network.

import { readTag } from "./scan-codes.js";
import { arrivals } from "./scan-keeping.js";

const root = document.querySelector("[data-delivery]");
const here = document.querySelector("[data-sign-here]");
// A photo of this many pixels is legible, and light enough to be sent from a cellar.
const PHOTO_PIXELS = 1600;
const MOST_PHOTO = 1_300_000;

export const number = root?.dataset.delivery ?? "";
const find = (what, tag) => root?.querySelector(`[data-${what}="${CSS.escape(tag)}"]`);

// true or false: whether it was taken on this manifest; null where nothing is expected.
export const expects = (tag) => (root && tag ? Boolean(find("tag", tag)) : null);
export const isCrate = (tag) => Boolean(root && tag && find("crate", tag));

// "yes" as the server says, "kept" as this phone believes until it is sent.
function mark(element, how = "yes") {
  if (element.dataset.here !== "yes") element.dataset.here = how;
  element.hidden = true;
}

function showProgress(arrived, unexpected) {
  const known = root.querySelectorAll("[data-tag][data-here]").length;
  const count = Math.max(arrived, known);
  root.querySelector("[data-arrived-count]").textContent = count;
  root.querySelector("progress").value = count;
  if (unexpected === undefined) return;
  root.querySelector("[data-strangers]").hidden = unexpected === 0;
  root.querySelector("[data-strangers] strong").textContent = unexpected;
}

// What the server said before this page was opened, perhaps without a network.
export async function remember() {
  if (!root) return;
  for (const tag of (await arrivals.of(number)) ?? []) {
    const known = find("tag", tag) ?? find("crate", tag);
    if (known) mark(known);
  }
  showProgress(Number(root.dataset.here));
}

// What this row says has arrived, kept on this phone or received by the server, is no longer to come.
export function arrives(row, kept = false) {
  if (!root) return;
  const tag = row.tag || row.container || readTag(row.text);
  const known = tag && (find("tag", tag) ?? find("crate", tag));
  if (!known) return;
  if (row.outcome !== "refused") mark(known, kept ? "kept" : "yes");
  else if (known.dataset.here === "kept") {
    delete known.dataset.here;
    known.hidden = false;
  }
  showProgress(Number(root.dataset.here));
}

// What the server counts, with what others have scanned; where it knows more, the lines are read anew.
export async function progress(session, read) {
  if (!root || !session) return;
  root.dataset.here = session.arrived;
  showProgress(session.arrived, session.strangers);
  if (session.arrived > root.querySelectorAll("[data-tag][data-here]").length) {
    const told = await read(`/api/collections/${number}`);
    for (const line of told.ok ? told.body.lines : []) {
      const known = line.arrived_at && find("tag", line.tag);
      if (known) mark(known);
    }
  }
  const said = [...root.querySelectorAll("li[data-here=yes]")].map(({ dataset }) => dataset.tag ?? dataset.crate);
  await arrivals.keep(number, said.filter(Boolean));
}

// The label of a sealed crate asks for the number on its seal. Returns whether it was one.
export function askSeal(tag, label, answer, then) {
  const crate = root && tag && find("crate", tag);
  if (!crate?.dataset.sealed || crate.dataset.here) return false;
  const asked = root.querySelector("template[data-seal]").content.cloneNode(true);
  const name = document.createElement("p");
  name.className = "tag-big";
  name.textContent = label;
  answer.className = "answer info";
  answer.dataset.kept = "";
  answer.replaceChildren(name, asked);
  const form = answer.querySelector("[data-seal-form]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const seal = form.elements.seal.value.trim();
    if (!seal) return form.elements.seal.focus();
    answer.replaceChildren();
    then(seal);
  });
  form.querySelector("[data-leave]").addEventListener("click", () => { answer.replaceChildren(); then(""); });
  form.elements.seal.focus();
  return true;
}

// A photo, small enough to be kept and sent, as the text of a JPEG; empty when there is none.
async function shrunk(file) {
  if (!file) return "";
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, PHOTO_PIXELS / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const text = canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
  if (text.length > MOST_PHOTO) throw new Error("the photo is too large");
  return text;
}

// The way to the two signatures: the delivery's own page with a network, this page without. `keep(facts)` puts what was
// signed into the queue; `reach()` says whether the server answers and nothing waits here.
export function signing(reach, keep) {
  const link = document.querySelector("[data-sign-link]");
  if (!link || !here) return;
  const form = here.querySelector("form");
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    if (await reach()) return location.assign(link.href);
    here.hidden = false;
    here.querySelector("h2").focus();
    here.scrollIntoView({ block: "start" });
  });
  here.querySelector("[data-sign-later]").addEventListener("click", () => { here.hidden = true; link.focus(); });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const { released_by: driver, counted, seal, drawn, paper } = form.elements;
    const missing = !driver.value || !drawn.value;
    form.querySelector("[data-missing]").hidden = !missing;
    form.querySelector("[data-photo-trouble]").hidden = true;
    if (missing) return driver.value ? here.querySelector("h2").focus() : driver.focus();
    const photo = await shrunk(paper.files[0]).catch(() => null);
    if (photo === null) { form.querySelector("[data-photo-trouble]").hidden = false; return; }
    const count = counted.value.trim();
    await keep({
      number, released_by: driver.value, seal: seal?.value ?? "", counted: count === "" ? null : Number(count),
      signature: drawn.value.split(",")[1], photo,
    });
    here.hidden = true;
    link.hidden = true;
  });
}
