// Storage of typed cells on the device: IndexedDB with strict durability, because Chromium writes localStorage with a delay
// of seconds that a killed browser loses. One record per cell, so that two tabs need not read first. Until the database has
// confirmed, the cells are also in localStorage, which is synchronous and works while a page is being closed. They stay
// there if IndexedDB is disabled or full.

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

// Runs `work` in one transaction; it must issue all its requests at once. Resolves when written to disk. Writes commit
// without waiting for results, which a page being closed would not receive.
function transact(mode, work) {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(STORE, mode, { durability: "strict" });
    const result = work(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(result?.());
    transaction.onabort = () => reject(transaction.error);
    if (mode === "readwrite") transaction.commit?.();
  });
}

// { at, cells } from localStorage, or null.
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

// Remove cells the database has confirmed, unless typed again since.
function removeLocal(key, names, until) {
  try {
    const cells = loadLocal(key)?.cells ?? {};
    const taken = names.filter((name) => name in cells && !(cells[name].at > until));
    if (taken.length) writeLocal(key, {}, taken, Date.now());
  } catch {
    // Storage is disabled: nothing to remove.
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

// Store the cells `puts` and remove the names `gone`. Rejects if the device can store nothing.
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

// { name: { typed, base, at } } of a draft, from both storages; the newer of two is used.
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
    // IndexedDB is disabled: only localStorage is used.
  }
  return cells;
}

// Delete a draft, without waiting, because the page is usually being left.
export function drop(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Storage is disabled: nothing to delete.
  }
  if (db) transact("readwrite", (store) => void store.delete(every(key))).catch(() => {});
}

// Delete drafts that are too old.
export async function dropOld() {
  const oldest = Date.now() - LONGEST;
  try {
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      const draft = loadLocal(name.slice(PREFIX.length));
      if (!draft || draft.at < oldest) localStorage.removeItem(name);
    }
  } catch {
    // Storage is disabled: nothing to delete.
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
