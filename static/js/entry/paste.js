// Pastes a block into the grid: down from the focused cell, or by the labels in the block; undone in one step.

import { plain, readBlock, readCells } from "./block.js";
import { group, readCount } from "./numbers.js";
import { fill, given, inputs, isVisible, rowsOf, segmentOf, typed } from "./rows.js";

// What identifies the columns: labels of areas and segments, this month's name, figures already on the page.
function contextOf(form) {
  const [areas, segments, known] = [new Map(), new Map(), new Set()];
  for (const body of form.querySelectorAll("[data-area]")) {
    const { area, name } = body.dataset;
    for (const label of [area, name, `${area} ${name}`, `${name} ${area}`, `provinsi ${name}`]) areas.set(plain(label), area);
  }
  for (const [label, area] of [...areas]) {
    const short = label.replace(/^(kabupaten|kota) /, "");
    const others = [...areas].filter(([other]) => other !== label && other.replace(/^(kabupaten|kota) /, "") === short);
    if (!others.some(([, other]) => other !== area)) areas.set(short, area);
  }
  for (const row of rowsOf(form)) {
    const code = segmentOf(row);
    const label = plain(row.querySelector("th").textContent);
    for (const name of [plain(code), label, label.replace(`${plain(code)} `, "")]) segments.set(name, code);
    for (const figure of ["previous", "potential"]) if (given(row, figure) !== null) known.add(given(row, figure));
  }
  return { areas, segments, known, month: form.querySelector("th.in").textContent };
}

// Pairs of row and entry, and the entries without a place.
function place(form, start, entries) {
  const rows = rowsOf(form);
  const byName = new Map(rows.map((row) => [row.dataset.row, row]));
  const shown = rows.filter(isVisible);
  const bodies = [...new Set(shown.map((row) => row.closest("[data-area]")))];
  const [placed, left] = [[], []];
  let [at, body, line] = [shown.indexOf(start), bodies.indexOf(start.closest("[data-area]")), 0];
  for (const entry of entries) {
    let row;
    if (entry.area) {
      row = byName.get(`${entry.area}-${entry.segment ?? segmentOf(start)}`);
    } else if (entry.segment && entries.some((other) => other !== entry && other.line === entry.line)) {
      body += entry.line - line;
      line = entry.line;
      row = bodies[body] && byName.get(`${bodies[body].dataset.area}-${entry.segment}`);
    } else {
      while (entry.segment && shown[at] && segmentOf(shown[at]) !== entry.segment) at += 1;
      row = shown[at];
      at += 1;
    }
    if (row && inputs(row).p) placed.push([row, entry]);
    else if (entry.text) left.push(entry.text);
  }
  return { placed, left };
}

function sentence(read, wrong, { left, skipped, ignored }) {
  const parts = [`${group(read)} angka ditempel`];
  if (wrong) parts.push(`${group(wrong)} tidak terbaca`);
  if (left.length) parts.push(`${group(left.length)} tidak ada tempatnya (${left.slice(0, 3).join("; ")}${left.length > 3 ? "; …" : ""})`);
  if (skipped) parts.push(`${group(skipped)} baris judul atau jumlah dilewati`);
  if (ignored) parts.push(`${group(ignored)} kolom angka lain tidak dipakai`);
  return parts.join(", ") + ".";
}

export function followPaste(form) {
  const told = form.querySelector("[data-pasted]");
  const undo = form.querySelector("[data-undo]");
  const dialog = form.querySelector("dialog#tempel");
  const area = dialog.querySelector("[data-block]");
  let [steps, lastFocus, wasTypedSince] = [[], null, false];

  const startRow = () => (lastFocus && isVisible(lastFocus) ? lastFocus : rowsOf(form).find(isVisible));
  const change = (row, values) => {
    const before = typed(row);
    fill(row, values);
    steps.push({ row, before, after: typed(row) });
  };
  const finish = (text) => {
    told.textContent = text;
    undo.hidden = steps.length === 0;
    wasTypedSince = false;
  };

  function apply(text, start) {
    steps = [];
    const block = readBlock(text, contextOf(form));
    const { placed, left } = place(form, start, block.entries);
    let [read, wrong] = [0, 0];
    for (const [row, entry] of placed) {
      const { count, error } = readCount(entry.text);
      if (error) wrong += 1;
      else if (count !== null) read += 1;
      const more = row.closest("details");
      if (more) more.open = true;
      change(row, [count === null ? undefined : error ? entry.text : group(count), entry.note]);
    }
    finish(sentence(read, wrong, { ...block, left }));
  }

  function applyNotes(lines, start) {
    steps = [];
    const rows = rowsOf(form).filter(isVisible);
    const from = rows.indexOf(start);
    lines.forEach(([note], index) => note && rows[from + index] && change(rows[from + index], [undefined, note]));
    finish(`${group(steps.length)} keterangan ditempel.`);
  }

  // Values changed by hand after the paste are kept.
  function takeBack() {
    for (const { row, before, after } of steps.reverse()) {
      if (typed(row).join("\n") === after.join("\n")) fill(row, before);
    }
    steps = [];
    finish("Tempelan diurungkan.");
  }

  form.addEventListener("focusin", (event) => {
    if (event.target.matches("input.count, input.note")) lastFocus = event.target.closest("tr");
  });
  form.addEventListener("paste", (event) => {
    if (!event.target.matches("input.count, input.note")) return;
    const text = event.clipboardData.getData("text/plain");
    const lines = readCells(text);
    if (lines.length === 1 && lines[0].length === 1 && !/^"/.test(text)) return;
    event.preventDefault();
    const row = event.target.closest("tr");
    if (event.target.matches(".note") && lines.every((line) => line.length === 1)) applyNotes(lines, row);
    else apply(text, row);
  });
  form.addEventListener("input", (event) => {
    if (event.isTrusted && event.target !== area) wasTypedSince = true;
  });
  form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== "z") return;
    if (!steps.length || wasTypedSince || event.target === area) return;
    event.preventDefault();
    takeBack();
  });
  undo.addEventListener("click", () => {
    takeBack();
    startRow()?.querySelector("input.count").focus();
  });

  const button = document.querySelector("[data-paste]");
  button.closest("[data-tools]").hidden = false;
  button.addEventListener("click", () => {
    const row = startRow();
    dialog.querySelector("[data-from]").textContent = `mulai ${inputs(row).p.getAttribute("aria-label")}`;
    area.value = "";
    dialog.showModal();
    area.focus();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.querySelector("[data-apply]").addEventListener("click", () => {
    const row = startRow();
    dialog.close();
    if (area.value.trim()) apply(area.value, row);
    inputs(row).p.focus();
  });
}
