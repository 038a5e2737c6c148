// Where typed cells outlive the page: IndexedDB with strict durability, because Chromium writes localStorage seconds later
// and a killed browser loses those seconds. One record per cell, so that two tabs need no reading first. Until the database
// has confirmed, the cells also stand in localStorage: it takes them at once, from a page that is going away as well. There
// they stay where IndexedDB is off or full.

const PREFIX = "semesta:entri:";
const STORE = "cells";
const LONGEST = 45 * 24 * 60 * 60 * 1000;
const PATIENCE = 3_000;
const every = (key) => IDBKeyRange.bound([key], [key, []]);

let db = null;

// Some browsers never answer an open request; typing must not wait for them.
const opening = new Promise((resolve) => {
  setTimeout(resolve, PATIENCE);
  try {
    const request = indexedDB.open("semesta-entri", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onerror = (event) => {
      event.preventDefault();
      resolve();
    };
    request.onsuccess = () => {
      db = request.result;
      db.onversionchange = () => db.close();
      resolve();
    };
  } catch {
    resolve();
  }
});

// One transaction around `work`, which puts all its requests at once. Resolves when it is on the disk. Writes commit
// without waiting for answers: a page that is going away hears none.
function transact(mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(STORE, mode, { durability: "strict" });
    const result = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(result?.());
    transaction.onabort = () => reject(transaction.error);
    if (mode === "readwrite") transaction.commit?.();
  });
}

// { at, cells } as localStorage has it, or null.
function loadLocal(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(PREFIX + key));
    return draft && typeof draft.at === "number" && draft.cells && typeof draft.cells === "object" ? draft : null;
  } catch {
    return null;
  }
}

function writeLocal(key, puts, gone, at) {
  const draft = loadLocal(key);
  const cells = Object.fromEntries(Object.entries(draft?.cells ?? {}).map(([name, cell]) => [name, { at: draft.at, ...cell }]));
  for (const [name, cell] of Object.entries(puts)) cells[name] = { ...cell, at };
  for (const name of gone) delete cells[name];
  if (Object.keys(cells).length) localStorage.setItem(PREFIX + key, JSON.stringify({ at, cells }));
  else if (draft) localStorage.removeItem(PREFIX + key);
}

// What the database has meanwhile; a cell typed again since then stays.
function removeLocal(key, names, until) {
  try {
    const cells = loadLocal(key)?.cells ?? {};
    const taken = names.filter((name) => name in cells && !(cells[name].at > until));
    if (taken.length) writeLocal(key, {}, taken, Date.now());
  } catch {
    // Storage is switched off: there is nothing to remove.
  }
}

async function toDatabase(key, puts, gone, at, isLocal) {
  try {
    await transact("readwrite", (store) => {
      for (const [name, cell] of Object.entries(puts)) store.put({ ...cell, at }, [key, name]);
      for (const name of gone) store.delete([key, name]);
    });
    removeLocal(key, [...gone, ...Object.keys(puts)], at);
  } catch (error) {
    if (!isLocal) throw error;
  }
}

// Put the cells `puts` and remove the names `gone`. Rejects where the device can keep nothing at all.
export function write(key, puts, gone) {
  const at = Date.now();
  let isLocal = true;
  try {
    writeLocal(key, puts, gone, at);
  } catch {
    isLocal = false;
  }
  return db ? toDatabase(key, puts, gone, at, isLocal) : opening.then(() => toDatabase(key, puts, gone, at, isLocal));
}

// { name: { typed, base, at } } of one draft, from both places; the younger of two wins.
export async function read(key) {
  await opening;
  const cells = {};
  const local = loadLocal(key);
  for (const [name, cell] of Object.entries(local?.cells ?? {})) cells[name] = { at: local.at, ...cell };
  try {
    const found = await transact("readonly", (store) => {
      const [keys, values] = [store.getAllKeys(every(key)), store.getAll(every(key))];
      return () => keys.result.map(([, name], index) => [name, values.result[index]]);
    });
    for (const [name, cell] of found) if (!(cells[name]?.at > cell.at)) cells[name] = cell;
  } catch {
    // IndexedDB is off; what localStorage has is all there is.
  }
  return cells;
}

// Everything of one draft. Without an answer, as the page is usually on its way out.
export function drop(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Storage is switched off: there is nothing to drop.
  }
  if (db) transact("readwrite", (store) => void store.delete(every(key))).catch(() => {});
}

// Nobody is offered a figure from the month before last.
export async function dropOld() {
  const oldest = Date.now() - LONGEST;
  try {
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      const draft = loadLocal(name.slice(PREFIX.length));
      if (!draft || draft.at < oldest) localStorage.removeItem(name);
    }
  } catch {
    // Storage is switched off: nothing is kept, nothing is to be dropped.
  }
  await opening;
  try {
    const old = await transact("readonly", (store) => {
      const [keys, values] = [store.getAllKeys(), store.getAll()];
      return () => keys.result.filter((_, index) => !(values.result[index].at >= oldest));
    });
    if (old.length) await transact("readwrite", (store) => void old.forEach((each) => store.delete(each)));
  } catch {
    // As above.
  }
}
