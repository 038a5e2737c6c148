// Updates change, coverage, sums and counts while typing.

import { countOf, fixed, group, readCount } from "./numbers.js";
import { showFlags } from "./flags.js";
import { differs, given, inputs, isDirty, rowsOf } from "./rows.js";

function showRow(row, isTyping) {
  const { p } = inputs(row);
  const { count, error } = readCount(p.value);
  const [previous, potential] = [given(row, "previous"), given(row, "potential")];
  const change = row.querySelector("[data-change]");
  const rate = row.querySelector("[data-rate]");
  const has = typeof count === "number";
  change.textContent = "";
  change.classList.toggle("neg", has && Boolean(previous) && count < previous);
  if (has && previous) {
    const { steps, text } = fixed((count - previous) * 100, previous, 1);
    change.textContent = `${steps === 0 ? "" : count < previous ? "−" : "+"}${text}%`;
  }
  rate.textContent = error ? "" : has && potential ? `${fixed(count * 100, potential, 2).text}%` : "–";
  row.classList.toggle("empty", !p.value.trim());
  row.classList.toggle("dirty", isDirty(row));
  const mark = row.querySelector(".mark");
  if (mark) mark.hidden = Boolean(p.value.trim());
  showFlags(row, isTyping);
}

// The sum of an area as it would be saved: typed figures, else last month's.
function showTotal(area) {
  const total = area.querySelector("[data-total]");
  const rate = area.querySelector("[data-total-rate]");
  if (!total) return;
  let [participants, rated, potential] = [0, 0, 0];
  for (const row of area.querySelectorAll("tr[data-in-total]")) {
    const value = countOf(inputs(row).p.value) ?? given(row, "carried");
    if (value === null) continue;
    participants += value;
    if (given(row, "potential") === null) continue;
    rated += value;
    potential += given(row, "potential");
  }
  total.textContent = group(participants);
  if (rate) rate.textContent = potential ? `${fixed(rated * 100, potential, 2).text}%` : "–";
}

function tell(place, count, words, kind) {
  place.replaceChildren();
  if (!count) return;
  const strong = document.createElement("b");
  strong.className = kind;
  strong.textContent = `${group(count)} ${words}`;
  place.append(" · ", strong);
}

// Counts of the month's cells as typed now.
export function tally(form) {
  const found = { own: 0, filled: 0, blank: 0, explained: 0, reasons: 0, flagged: 0, wrong: 0, unanswered: 0, dirty: 0 };
  for (const row of rowsOf(form)) {
    const { p, n, r } = inputs(row);
    const { count, error } = readCount(p.value);
    const isRequired = "required" in row.dataset;
    if (isDirty(row)) found.dirty += 1;
    if (error !== undefined) found.wrong += 1;
    else if (count !== null) {
      found.own += 1;
      if (isRequired) found.filled += 1;
      if (row.classList.contains("ask")) found.unanswered += 1;
      else if (r && !r.hidden && r.value === "OTHER" && !n.value.trim()) found.unanswered += 1;
      else if (r && !r.hidden && r.value) found.reasons += 1;
      else if (row.querySelector(".flag.w")) found.flagged += 1;
    } else if (isRequired) found[n.value.trim() ? "explained" : "blank"] += 1;
  }
  return found;
}

function showTally(form) {
  const found = tally(form);
  const pending = form.querySelector("[data-pending]");
  pending.hidden = found.dirty === 0;
  pending.textContent = `${group(found.dirty)} baris belum disimpan`;
  const filled = document.querySelector("[data-filled]");
  if (filled) filled.textContent = `${group(found.filled)} dari ${group(filled.dataset.of)} sel wajib terisi`;
  tell(document.querySelector("[data-wrong]"), found.wrong, "galat", "bad");
  tell(document.querySelector("[data-to-explain]"), found.unanswered, "perlu alasan", "ask");
}

// Listen to input; `onChange` is called after every change is shown.
export function followTyping(form, onChange) {
  let waiting = null;
  const later = () => {
    waiting ??= requestAnimationFrame(() => {
      waiting = null;
      showTally(form);
      onChange();
    });
  };
  const redraw = (row, isTyping) => {
    showRow(row, isTyping);
    showTotal(row.closest("[data-area]"));
    later();
  };
  form.addEventListener("input", (event) => {
    const row = event.target.closest("tr[data-row]");
    // Filled by a script (paste, draft), not typed.
    if (row) redraw(row, event.isTrusted && event.target.matches(".count") && !row.matches(".e"));
  });
  // A valid figure is formatted as it will be stored.
  form.addEventListener("focusout", (event) => {
    if (!event.target.matches("input.count") || !differs(event.target)) return;
    const { count } = readCount(event.target.value);
    if (typeof count === "number") event.target.value = group(count);
    redraw(event.target.closest("tr[data-row]"), false);
  });
  // On navigating back the browser restores typed values, but not computed ones.
  for (const row of rowsOf(form)) {
    if (isDirty(row) && !row.querySelector("fieldset.conflict") && !row.matches(".e")) showRow(row, false);
  }
  form.querySelectorAll("[data-area]").forEach(showTotal);
  showTally(form);
}
