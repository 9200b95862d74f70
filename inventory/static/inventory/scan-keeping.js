// What a phone keeps when there is no network: scans not yet sent, answers to look at, and names of devices.

const opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open("relais-scan", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("queue", { keyPath: "place", autoIncrement: true }).createIndex("id", "id", { unique: true });
    asked.result.createObjectStore("conflicts", { keyPath: "id" });
    asked.result.createObjectStore("names", { keyPath: "tag" }).createIndex("serial", "serial");
    asked.result.createObjectStore("facts");
  };
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

// Run one transaction; what `work` asks for is its result. It is over only when it stands on the disk.
async function within(stores, mode, work) {
  const base = await opened;
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(stores, mode, { durability: "strict" });
    const asked = work(...stores.map((name) => transaction.objectStore(name)));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const queue = {
  add: (scans) => within(["queue"], "readwrite", (store) => { for (const scan of scans) store.add(scan); }),
  put: (scan) => within(["queue"], "readwrite", (store) => store.put(scan)),
  all: () => within(["queue"], "readonly", (store) => store.getAll()),
  // Answered: it leaves the queue, and what was refused waits to be looked at, in one go.
  answered: (scans, refused) => within(["queue", "conflicts"], "readwrite", (waiting, conflicts) => {
    for (const scan of scans) waiting.delete(scan.place);
    for (const one of refused) conflicts.put(one);
  }),
};

export const conflicts = {
  all: () => within(["conflicts"], "readonly", (store) => store.getAll()),
  // What was refused goes back to the end of the queue, in one go.
  again: (id, entry) => within(["queue", "conflicts"], "readwrite", (waiting, conflicts) => { waiting.add(entry); conflicts.delete(id); }),
  solved: (id) => within(["conflicts"], "readwrite", (store) => store.delete(id)),
};

// Of a delivery that is scanned in: what the server said is here. The page that was kept may be older than that.
export const arrivals = {
  keep: (number, tags) => within(["facts"], "readwrite", (facts) => facts.put(tags, `arrivals ${number}`)),
  of: (number) => within(["facts"], "readonly", (facts) => facts.get(`arrivals ${number}`)),
};

export const names = {
  keep: (rows) => within(["names", "facts"], "readwrite", (store, facts) => {
    store.clear();
    for (const [tag, category, title, serial, place] of rows) store.put({ tag, category, title, serial: serial.toUpperCase(), place });
    facts.put(Date.now(), "names");
  }),
  keptAt: () => within(["facts"], "readonly", (facts) => facts.get("names")),
  byTag: (tag) => within(["names"], "readonly", (store) => store.get(tag)),
  bySerial: (serial) => within(["names"], "readonly", (store) => store.index("serial").get(serial)),
};
