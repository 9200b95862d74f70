// The preview follows the form: another paper, design or place is another picture from the server.
(() => {
  const form = document.querySelector("[data-label-form]");
  const figure = document.querySelector("[data-label-preview]");
  const outline = document.querySelector("[data-label-outline]");
  if (!form || !figure) return;
  const picture = figure.querySelector("img");
  const why = figure.querySelector(".label-why");
  const value = (name) => (form.elements[name] ? form.elements[name].value : "");

  function asked() {
    const typed = value("tags").split("\n").map((line) => line.trim()).filter(Boolean);
    const words = new URLSearchParams({ code: typed[0] || figure.dataset.code });
    for (const name of ["design", "stock", "printer", "dpi"]) words.set(name, value(name));
    if (form.elements.logo && form.elements.logo.checked) words.set("logo", "on");
    return { words, labels: Math.max(1, typed.length) * (Number(value("copies")) || 1) };
  }

  async function follow() {
    const { words, labels } = asked();
    const answer = await fetch(`/api/labels/preview?${words}`, { credentials: "same-origin" }).catch(() => null);
    if (answer && answer.ok) {
      const shown = await answer.json();
      picture.src = `${figure.dataset.labelPreview}?${words}`;
      picture.width = shown.width;
      picture.height = shown.height;
      if (outline) {
        const place = `first=${encodeURIComponent(value("first"))}&count=${labels}`;
        outline.querySelector("img").src = `${outline.dataset.labelOutline.replace("KEY", encodeURIComponent(shown.stock))}?${place}`;
        const trial = outline.querySelector("[data-label-trial]");
        trial.href = `${trial.href.split("?")[0]}?${new URLSearchParams({ stock: shown.stock, printer: value("printer") })}`;
      }
    } else if (answer) {
      why.textContent = (await answer.json()).detail || "";
    }
    why.hidden = !answer || answer.ok;
    picture.hidden = !why.hidden;
  }

  let later;
  const soon = () => {
    clearTimeout(later);
    later = setTimeout(follow, 250);
  };
  form.addEventListener("change", soon);
  form.addEventListener("input", soon);
})();
