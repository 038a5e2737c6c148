// One row of the grid: its inputs, what is stored, and the plain integers the server wrote beside it.

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

// What the server has for this input; it says so where it drew something else.
export const stored = (input) => input.dataset.stored ?? initial(input);

export function differs(input) {
  if (!input) return false;
  if (input.value === stored(input)) return false;
  if (!input.matches("input.count")) return true;
  const [now, before] = [readCount(input.value), readCount(stored(input))];
  return now.error !== undefined || now.count !== before.count;
}

export const isDirty = (row) => Object.values(inputs(row)).some(differs);

// Rows whose fields go to the server: changed ones, and those that still wait for an answer.
export const isToSend = (row) => isDirty(row) || row.querySelector("fieldset.conflict") !== null;

export const typed = (row) => {
  const { p, n, r } = inputs(row);
  return [p.value, n.value, r ? r.value : ""];
};

// Put values into a row, as if they had been typed.
export function fill(row, [count, note, reason]) {
  const { p, n } = inputs(row);
  if (count !== undefined) p.value = count;
  if (note !== undefined) n.value = note;
  if (reason && !inputs(row).r) addReason(row);
  const { r } = inputs(row);
  if (r && reason !== undefined) r.value = reason;
  p.dispatchEvent(new Event("input", { bubbles: true }));
}

// The select comes from a template: four hundred rows with seven choices each would weigh more than the figures.
export function addReason(row) {
  const select = document.querySelector("#alasan").content.querySelector("select").cloneNode(true);
  const { p, n } = inputs(row);
  select.name = `r-${row.dataset.row}`;
  select.setAttribute("aria-label", `Alasan ${p.getAttribute("aria-label")}`);
  n.before(select);
  return select;
}

// Rows of a folded part have a place in the layout, but nobody sees them.
export const isVisible = (row) => row.checkVisibility();
export const segmentOf = (row) => row.dataset.row.slice(row.dataset.row.indexOf("-") + 1);
export const areaOf = (row) => row.dataset.row.slice(0, row.dataset.row.indexOf("-"));
