// A row of the grid: its inputs, the stored values, and the integers the server wrote beside it.

import { readCount } from "./numbers.js";

export const rowsOf = (form) => [...form.querySelectorAll("tr[data-row]")];

export const inputs = (row) => ({
  p: row.querySelector("input.count"),
  n: row.querySelector("input.note"),
  r: row.querySelector("select.reason"),
});

// A plain integer of the row, or null.
export const given = (row, name) => (row.dataset[name] === undefined ? null : Number(row.dataset[name]));

function initial(input) {
  if (input.tagName !== "SELECT") return input.defaultValue;
  return [...input.options].find((option) => option.defaultSelected)?.value ?? "";
}

// The server's value of this input, given separately if another one is shown.
export const stored = (input) => input.dataset.stored ?? initial(input);

export function differs(input) {
  if (!input) return false;
  if (input.value === stored(input)) return false;
  if (!input.matches("input.count")) return true;
  const [now, before] = [readCount(input.value), readCount(stored(input))];
  return now.error !== undefined || now.count !== before.count;
}

export const isDirty = (row) => Object.values(inputs(row)).some(differs);

// Rows to send: changed ones, and those with an open conflict.
export const isToSend = (row) => isDirty(row) || row.querySelector("fieldset.conflict") !== null;

export const typed = (row) => {
  const { p, n, r } = inputs(row);
  return [p.value, n.value, r ? r.value : ""];
};

// Set values of a row as if they had been typed.
export function fill(row, [count, note, reason]) {
  const { p, n } = inputs(row);
  if (count !== undefined) p.value = count;
  if (note !== undefined) n.value = note;
  if (reason && !inputs(row).r) addReason(row);
  const { r } = inputs(row);
  if (r && reason !== undefined) r.value = reason;
  p.dispatchEvent(new Event("input", { bubbles: true }));
}

// The select is cloned from a template: 400 rows with seven options each would be larger than the figures.
export function addReason(row) {
  const select = document.querySelector("#alasan").content.querySelector("select").cloneNode(true);
  const { p, n } = inputs(row);
  select.name = `r-${row.dataset.row}`;
  select.setAttribute("aria-label", `Alasan ${p.getAttribute("aria-label")}`);
  n.before(select);
  return select;
}

// Rows in a closed fold have a layout, but are not visible.
export const isVisible = (row) => row.checkVisibility();
export const segmentOf = (row) => row.dataset.row.slice(row.dataset.row.indexOf("-") + 1);
export const areaOf = (row) => row.dataset.row.slice(0, row.dataset.row.indexOf("-"));
