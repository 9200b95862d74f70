// The scan pages without a network: their files are kept by version, their pages as they were last seen.
"use strict";

const FILES = {{ files|safe }};
const STORE = "relais-scan-files-{{ version }}";
const PAGES = "relais-scan-pages";
const OFFLINE = "{% url "scan_offline" %}";
const PATIENCE_MS = 5000;
// Pages vary by cookie and language; without a network the one that is there is the one.
const AS_IT_IS = { ignoreSearch: true, ignoreVary: true };

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const files = await caches.open(STORE);
    await files.addAll(FILES.map((file) => new Request(file, { cache: "reload" })));
    const pages = await caches.open(PAGES);
    await pages.add(OFFLINE);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("relais-scan-files-") && name !== STORE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (FILES.includes(address.pathname)) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(event));
});

async function file(request) {
  return (await (await caches.open(STORE)).match(request, AS_IT_IS)) ?? fetch(request);
}

// The server's page when it comes; the one kept from last time when it does not, or not in time.
async function page(event) {
  const { request } = event;
  const pages = await caches.open(PAGES);
  const kept = await pages.match(request, AS_IT_IS);
  const fresh = fetch(request).then((answer) => {
    if (answer.ok && !answer.redirected && !request.url.includes(".csv")) {
      event.waitUntil(pages.put(new URL(request.url).pathname, answer.clone()));
    }
    return answer.status >= 500 && kept ? kept : answer;
  });
  if (!kept) return fresh.catch(() => pages.match(OFFLINE, AS_IT_IS));
  const patience = new Promise((resolve) => { setTimeout(() => resolve(kept), PATIENCE_MS); });
  return Promise.race([fresh.catch(() => kept), patience]);
}
