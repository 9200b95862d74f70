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

// An error summary is the first thing a person should meet after sending a form.
document.querySelector(".error-summary")?.focus();

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
  setTimeout(() => { delete form.dataset.sent; }, 2000);
});

// [data-job="address"]: long work says how far it is; when it has ended, its page comes anew with the outcome.
for (const job of document.querySelectorAll("[data-job]")) {
  const bar = job.querySelector("progress");
  const ask = async () => {
    const answer = await fetch(job.dataset.job, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) {
      const { ended, done, total } = await answer.json();
      if (ended) return location.reload();
      if (total) { bar.max = total; bar.value = done; }
      job.querySelector("[data-done]").textContent = done;
      job.querySelector("[data-total]").textContent = total || "?";
    }
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 500);
}
