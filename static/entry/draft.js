// What is typed stays on this device until the server has it: per person, office and month, beside what the server had
// when it was typed. Nobody else is offered it; after 45 days it is dropped.

import { clock, dayAndClock, group, readCount } from "./numbers.js";
import { fill, inputs, isDirty, rowsOf, stored, typed } from "./rows.js";

const PREFIX = "semesta:entri:";
const LONGEST = 45 * 24 * 60 * 60 * 1000;
const FULL = "Perangkat ini tidak dapat menyimpan isian sementara. Simpan draf lebih sering.";

function load(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && typeof draft.at === "number" && draft.cells && typeof draft.cells === "object" ? draft : null;
  } catch {
    return null;
  }
}

export function dropOldDrafts() {
  try {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
      const draft = load(key);
      if (!draft || Date.now() - draft.at > LONGEST) localStorage.removeItem(key);
    }
  } catch {
    // Storage is switched off: nothing is kept, nothing is to be dropped.
  }
}

const same = (a, b) => {
  const [left, right] = [readCount(a[0]), readCount(b[0])];
  const counts = left.error === undefined && left.count === right.count;
  return (counts || a[0] === b[0]) && a[1] === b[1] && a[2] === b[2];
};
const storedIn = (row) => Object.values(inputs(row)).map((input) => (input ? stored(input) : ""));

// `touched` are the cells this page has changed since it was opened; others in the store belong to an earlier visit.
export function draftOf(form, touched = new Set()) {
  const key = PREFIX + form.dataset.draft;
  const rows = new Map(rowsOf(form).map((row) => [row.dataset.row, row]));
  const seen = () => JSON.parse(form.elements.seen.value || "{}");

  function write(cells, at = Date.now()) {
    const told = document.querySelector("[data-device]");
    try {
      if (Object.keys(cells).length) localStorage.setItem(key, JSON.stringify({ at, cells }));
      else localStorage.removeItem(key);
      told.textContent = Object.keys(cells).length ? ` · tersimpan di perangkat ${clock(new Date(at))}` : "";
      return true;
    } catch {
      told.textContent = ` · ${FULL}`;
      return false;
    }
  }

  // Keep what differs from the server now. Returns false where the device cannot.
  function keep() {
    const known = seen();
    const cells = { ...load(key)?.cells };
    for (const [name, row] of rows) {
      if (isDirty(row)) {
        touched.add(name);
        cells[name] = { typed: typed(row), base: known[name] ?? [null, ""] };
      } else if (touched.has(name)) delete cells[name];
    }
    if (!Object.keys(cells).length && !load(key)) return true;
    return write(cells);
  }

  // Cells of an earlier visit that the server does not have and the page does not show.
  function waiting() {
    const draft = load(key);
    if (!draft) return null;
    const cells = { ...draft.cells };
    let hasChanged = false;
    for (const name of Object.keys(cells)) {
      const row = rows.get(name);
      if (row && inputs(row).p && same(cells[name].typed, storedIn(row))) {
        delete cells[name];
        hasChanged = true;
      }
    }
    if (hasChanged) write(cells, draft.at);
    const open = Object.keys(cells).filter((name) => {
      const row = rows.get(name);
      return !touched.has(name) && !(row && inputs(row).p && same(cells[name].typed, typed(row)));
    });
    return open.length ? { at: new Date(draft.at), cells, open } : null;
  }

  function restore({ cells, open }) {
    const known = seen();
    for (const name of open.filter((each) => rows.has(each))) {
      known[name] = cells[name].base;
      form.elements.seen.value = JSON.stringify(known);
      fill(rows.get(name), cells[name].typed);
    }
    keep();
  }

  function discard({ cells, open }) {
    const left = { ...cells };
    open.forEach((name) => delete left[name]);
    write(left);
  }

  return { keep, waiting, restore, discard, touched, drop: () => write({}) };
}

// "Ada isian dari ... yang belum tersimpan": pulihkan or buang.
export function offer(form, draft) {
  const place = document.querySelector("#isian-perangkat");
  const found = draft.waiting();
  place.replaceChildren();
  if (!found) return;
  const isEditable = "editable" in form.dataset;
  const notice = document.createElement("p");
  notice.className = "notice warning";
  notice.setAttribute("role", "alert");
  const text = document.createElement("b");
  text.textContent = `Ada isian dari ${dayAndClock(found.at)} yang belum tersimpan ke server (${group(found.open.length)} sel).`;
  notice.append(text, " ", isEditable ? "" : "Bulan ini sekarang hanya dapat dibaca; isian itu tetap disimpan di perangkat ini. ");
  const button = (label, action) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "link", textContent: label });
    made.addEventListener("click", () => {
      action(found);
      place.replaceChildren();
      (form.querySelector("tr.dirty input.count") ?? form.querySelector("input.count"))?.focus();
    });
    notice.append(made, " ");
  };
  if (isEditable) button("Pulihkan", draft.restore);
  button("Buang", draft.discard);
  place.append(notice);
}
