// Small comforts on pages that work without them: the scan key, selections that count themselves, copying.
"use strict";

// "/" goes to the scan field, from anywhere but another field.
document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input, select, textarea, [contenteditable]");
  const scan = document.querySelector("[data-scan]");
  if (event.key === "/" && !writing && scan && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    scan.focus();
    scan.select();
  }
});

// What somebody asked for is where they go on: after a form was sent, or long work has ended, the keyboard and the screen
// reader stand at the [data-outcome] of the page that comes; an error summary goes before it.
const comes = "relais.outcome";
const asked = sessionStorage.getItem(comes);
sessionStorage.removeItem(comes);
(document.querySelector(".error-summary") ?? (asked && document.querySelector("[data-outcome]")))?.focus();

// [data-copy="text"] copies; it is hidden until we know that it can.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.querySelector("span");
    const before = words.textContent;
    words.textContent = button.dataset.done;
    setTimeout(() => { words.textContent = before; }, 2000);
  });
}

// form[data-selection]: one box picks all rows, the bar says how many are picked and hides when none is.
for (const form of document.querySelectorAll("form[data-selection]")) {
  const all = form.querySelector("[data-pick-all]");
  const bar = form.querySelector(".selection");
  const count = form.querySelector("[data-picked]");
  const matching = form.querySelector("[name=all_matching]");
  const boxes = () => [...form.querySelectorAll("td.pick input[type=checkbox]")];
  const tell = () => {
    const picked = boxes().filter((box) => box.checked).length;
    if (count) count.textContent = picked;
    if (bar) bar.hidden = picked === 0 && !matching?.checked;
    if (all) {
      all.checked = picked > 0 && picked === boxes().length;
      all.indeterminate = picked > 0 && !all.checked;
    }
  };
  if (all) {
    all.closest("label").hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes()) box.checked = all.checked;
    });
  }
  form.addEventListener("change", tell);
  tell();
}

// A file field takes what is dropped on it; show where to let go.
for (const field of document.querySelectorAll("input[type=file]")) {
  for (const [kind, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]]) {
    field.addEventListener(kind, () => field.classList.toggle("over", over));
  }
}

// A form goes once, however often the button is pressed in the same two seconds.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (form.method === "post") sessionStorage.setItem(comes, "yes");
  setTimeout(() => { delete form.dataset.sent; }, 2000);
});

// [data-job="address"]: long work says how far it is; when it has ended, its page comes anew with the outcome. It is said
// aloud when its state changes and every quarter of a minute, not at each look.
for (const job of document.querySelectorAll("[data-job]")) {
  const bar = job.querySelector("progress");
  const label = job.querySelector("[data-label]");
  let aloud = Date.now();
  let moved = aloud;
  let asking = 0;
  const said = job.querySelector("[data-said]");
  const tell = () => {
    aloud = Date.now();
    job.querySelector("[data-told]").textContent = `${label.textContent} ${said.textContent}`;
  };
  // A bar that stands still looks dead: it runs to and fro until the next figure comes. Where the work lets nobody read
  // meanwhile, the page says so itself.
  setInterval(() => {
    if (Date.now() - moved > 3000) bar.removeAttribute("value");
    if (asking && Date.now() - asking > 2000 && said.textContent !== said.dataset.silent) {
      label.textContent = label.dataset.busy;
      said.textContent = said.dataset.silent;
      tell();
    }
  }, 1000);
  const look = async () => {
    asking = Date.now();
    const answer = await fetch(job.dataset.job, { headers: { Accept: "application/json" } }).catch(() => null);
    const now = answer?.ok ? await answer.json().catch(() => null) : null;
    asking = 0;
    if (now?.ended) {
      sessionStorage.setItem(comes, "yes");
      return location.reload();
    }
    if (now) {
      if (now.total && (bar.max !== now.total || job.dataset.done !== String(now.done))) {
        [bar.max, bar.value, job.dataset.done, moved] = [now.total, now.done, now.done, Date.now()];
      }
      if (label.textContent !== now.label) { label.textContent = now.label; aloud = 0; }
      said.textContent = now.said;
      if (Date.now() - aloud > 15_000) tell();
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 500);
}
