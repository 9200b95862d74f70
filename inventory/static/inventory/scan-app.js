// The scan pages as an app that opens without a network: its worker, the pages it keeps, the way onto the home screen.

export const PAGES = "relais-scan-pages";

async function keepThisPage() {
  await navigator.serviceWorker.ready;
  // The first page was loaded before the worker stood there to keep it.
  const pages = await caches.open(PAGES);
  if (!(await pages.match(location.pathname, { ignoreVary: true }))) await pages.add(location.pathname).catch(() => {});
  await navigator.storage?.persist?.();
  document.documentElement.dataset.kept = "yes";
}

export async function forgetPages() {
  await caches?.delete(PAGES);
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/scan/worker.js", { scope: "/scan/" }).then(keepThisPage).catch(() => {});
}

// [data-kept-pages]: what can be opened without a network.
const list = document.querySelector("[data-kept-pages]");
if (list && globalThis.caches) {
  const pages = await caches.open(PAGES);
  for (const asked of await pages.keys()) {
    const path = new URL(asked.url).pathname;
    const kept = new DOMParser().parseFromString(await (await pages.match(asked, { ignoreVary: true })).text(), "text/html");
    if (path === location.pathname || path === "/scan/offline/") continue;
    const link = document.createElement("a");
    link.href = path;
    link.textContent = kept.title.replace(/ · Relais$/, "");
    const line = document.createElement("li");
    line.append(link);
    list.append(line);
  }
}
