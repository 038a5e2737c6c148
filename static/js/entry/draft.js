// Stores typed values on this device until the server has them, by user, office and month, with the server's values at
// the time. They are offered to the same user only and deleted after 45 days.

import { drop, read, write } from "./device.js";
import { clock, dayAndClock, group, readCount } from "./numbers.js";
import { fill, inputs, isDirty, rowsOf, stored, typed } from "./rows.js";

const PAUSE = 150;
const FULL = "Perangkat ini tidak dapat menyimpan isian sementara. Simpan draf lebih sering.";

const same = (a, b) => {
  const [left, right] = [readCount(a[0]), readCount(b[0])];
  const counts = left.error === undefined && left.count === right.count;
  return (counts || a[0] === b[0]) && a[1] === b[1] && a[2] === b[2];
};
const storedIn = (row) => Object.values(inputs(row)).map((input) => (input ? stored(input) : ""));

// `touched` are the cells changed on this page since it was opened; others on the device are from an earlier visit.
// `written` is the stored value of a cell as far as this page knows, or null. Both survive replacing the sheet.
export function draftOf(form, { touched, written } = { touched: new Set(), written: new Map() }) {
  const key = form.dataset.draft;
  const rows = new Map(rowsOf(form).map((row) => [row.dataset.row, row]));
  const seen = () => JSON.parse(form.elements.seen.value || "{}");
  let [timer, last, latest] = [null, Promise.resolve(true), 0];

  function tell(text) {
    if (form.isConnected) document.querySelector("[data-device]").textContent = text && ` · ${text}`;
  }

  // Shown only when the device has confirmed the newest state.
  async function send(puts, gone) {
    latest += 1;
    const mine = latest;
    try {
      await write(key, puts, gone);
      const has = [...written.values()].some((value) => value !== null);
      if (mine === latest && timer === null) tell(has ? `tersimpan di perangkat ${clock(new Date())}` : "");
      return true;
    } catch {
      for (const name of [...Object.keys(puts), ...gone]) written.delete(name);
      tell(FULL);
      return false;
    }
  }

  // Store the differences from the server now. Resolves to false if the device cannot.
  function keep() {
    clearTimeout(timer);
    timer = null;
    const [known, puts, gone] = [seen(), {}, []];
    for (const [name, row] of rows) {
      if (isDirty(row)) {
        touched.add(name);
        const cell = { typed: typed(row), base: known[name] ?? [null, ""] };
        if (written.get(name) === JSON.stringify(cell)) continue;
        puts[name] = cell;
        written.set(name, JSON.stringify(cell));
      } else if (touched.has(name) && written.get(name) !== null) {
        gone.push(name);
        written.set(name, null);
      }
    }
    if (Object.keys(puts).length || gone.length) last = send(puts, gone);
    return last;
  }

  // Store after a pause in typing.
  function keepSoon() {
    for (const [name, row] of rows) if (isDirty(row)) touched.add(name);
    if (touched.size === 0) return;
    tell("menyimpan di perangkat…");
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const before = last;
      if (keep() === before) void send({}, []);
    }, PAUSE);
  }

  // Store pending changes when the page is left.
  const hurry = () => timer !== null && keep();

  function stop() {
    clearTimeout(timer);
    timer = null;
  }

  // Cells of an earlier visit that are neither on the server nor on the page.
  async function waiting() {
    const cells = await read(key);
    const known = Object.keys(cells).filter((name) => {
      const row = rows.get(name);
      return row && inputs(row).p && same(cells[name].typed, storedIn(row)) && !touched.has(name);
    });
    if (known.length) write(key, {}, known).catch(() => {});
    known.forEach((name) => delete cells[name]);
    const open = Object.keys(cells).filter((name) => {
      const row = rows.get(name);
      return !touched.has(name) && !(row && inputs(row).p && same(cells[name].typed, typed(row)));
    });
    const at = new Date(Math.max(...open.map((name) => cells[name].at)));
    return open.length ? { at, cells, open } : null;
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

  function discard({ open }) {
    open.forEach((name) => written.set(name, null));
    void send({}, open);
  }

  function dropAll() {
    stop();
    written.clear();
    drop(key);
  }

  return { keep, keepSoon, hurry, stop, waiting, restore, discard, drop: dropAll, kept: { touched, written } };
}

// Offers to restore or discard unsaved values.
export async function offer(form, draft) {
  const found = await draft.waiting();
  if (!form.isConnected) return;
  const place = document.querySelector("#isian-perangkat");
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
