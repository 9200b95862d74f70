// Another act on this phone, without a network: what it asks for is asked here, and the server hears of it first of all.

const form = document.querySelector("[data-another]");
const act = form.elements.act;

const asks = () => act.selectedOptions[0].dataset.asks.split(" ").filter(Boolean);

function showAsked() {
  for (const field of form.querySelectorAll("[data-asked]")) field.hidden = !asks().includes(field.dataset.asked);
}

export const knows = (name) => [...act.options].some((option) => option.value === name);
// Whether a mode card, with the place it names or the one of this page, says all that its act asks for.
export function suffices(name, place) {
  const option = [...act.options].find((one) => one.value === name);
  return option.dataset.asks.split(" ").filter(Boolean).every((one) => one === "location" && place);
}
export const asksPlace = (name) => [...act.options].find((one) => one.value === name).dataset.asks.includes("location");
export const labelOf = (name) => [...act.options].find((one) => one.value === name).textContent;

// Ask what is missing; `begin({ act, location, grade, request })` is called when all is there.
export function ask(begin, name = "", place = "") {
  if (name) act.value = name;
  if (place) form.elements.location.value = place;
  form.hidden = false;
  showAsked();
  form.scrollIntoView({ block: "center" });
  (asks().map((one) => form.elements[one]).find((field) => !field.value) ?? act).focus();
  form.onsubmit = (event) => {
    event.preventDefault();
    event.stopPropagation();
    const wanted = asks();
    const given = Object.fromEntries(["location", "grade", "request"].map((one) => [one, wanted.includes(one) ? form.elements[one].value.trim() : ""]));
    const missing = wanted.find((one) => !given[one]);
    form.querySelector("[data-another-missing]").hidden = !missing;
    if (missing) return form.elements[missing].focus();
    form.hidden = true;
    begin({ act: act.value, ...given });
  };
}

act.addEventListener("change", showAsked);
form.querySelector("[data-leave]").addEventListener("click", () => { form.hidden = true; });
