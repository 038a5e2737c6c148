// Comfort for the entry grid: live change, coverage and sums, arrow keys, a warning before leaving. The page works
// without it. Numbers come from data attributes as plain integers; reading and writing follow reporting/numbers.py.

const form = document.querySelector("form.entry");
const rows = [...form.querySelectorAll("tr[data-row]")];
const GROUPED = /^[1-9][0-9]{0,2}([.,' ])[0-9]{3}(?:\1[0-9]{3})*$/;

// The head-count as a number, null for empty, undefined for what the server will refuse.
function readCount(text) {
  const compact = text.trim().replace(/[\u00a0\u2007\u2009\u202f]/g, " ");
  if (!compact) return null;
  if (!/^[0-9]+$/.test(compact) && !GROUPED.test(compact)) return undefined;
  const count = Number(compact.replace(/[^0-9]/g, ""));
  return count <= 999999999 ? count : undefined;
}

// Rounded half up in whole steps, away from zero as on the server.
function fixed(numerator, denominator, digits) {
  const steps = Math.floor((2 * Math.abs(numerator) * 10 ** digits + denominator) / (2 * denominator));
  const text = String(steps).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  return { steps, text: `${group(whole)},${text.slice(text.length - digits)}` };
}

const group = (digits) => String(digits).replace(/\B(?=(\d{3})+$)/g, ".");
const given = (row, name) => (row.dataset[name] === undefined ? null : Number(row.dataset[name]));
const field = (row, letter) => row.querySelector(`input[name="${letter}-${CSS.escape(row.dataset.row)}"]`);
const isChanged = (input) => input.value !== input.defaultValue;

function showRow(row) {
  const input = field(row, "p");
  const value = readCount(input.value);
  const previous = given(row, "previous");
  const potential = given(row, "potential");
  const change = row.querySelector("[data-change]");
  const rate = row.querySelector("[data-rate]");
  change.textContent = "";
  change.classList.remove("neg");
  rate.textContent = value === undefined ? "" : "–";
  if (value !== null && value !== undefined && previous) {
    const { steps, text } = fixed((value - previous) * 100, previous, 1);
    const sign = steps === 0 ? "" : value < previous ? "−" : "+";
    change.textContent = `${sign}${text}%`;
    change.classList.toggle("neg", value < previous);
  }
  if (value !== null && value !== undefined && potential) rate.textContent = `${fixed(value * 100, potential, 2).text}%`;
  row.classList.toggle("empty", !input.value.trim());
  row.classList.toggle("dirty", isChanged(input) || isChanged(field(row, "n")));
  const mark = row.querySelector(".mark");
  if (mark) mark.hidden = Boolean(input.value.trim());
}

// The sum of an area as it would be saved: typed figures, and last month's where nothing is typed.
function showTotal(area) {
  const total = area.querySelector("[data-total]");
  const rate = area.querySelector("[data-total-rate]");
  if (!total) return;
  let participants = 0;
  let rated = 0;
  let potential = 0;
  for (const row of area.querySelectorAll("tr[data-in-total]")) {
    const typed = readCount(field(row, "p").value);
    const value = typed === null || typed === undefined ? given(row, "carried") : typed;
    if (value === null) continue;
    participants += value;
    if (given(row, "potential") === null) continue;
    rated += value;
    potential += given(row, "potential");
  }
  total.textContent = group(participants);
  if (rate) rate.textContent = potential ? `${fixed(rated * 100, potential, 2).text}%` : "–";
}

let isLeavingToSave = false;
let wasRestored = "unsaved" in form.dataset;
const pending = () => rows.filter((row) => row.classList.contains("dirty")).length;

function showPending() {
  const count = pending();
  const note = form.querySelector("[data-pending]");
  note.hidden = count === 0;
  note.textContent = `${group(count)} baris belum disimpan`;
  const filled = rows.filter((row) => "required" in row.dataset && readCount(field(row, "p").value) != null);
  form.querySelector("[data-filled]").textContent = group(filled.length);
}

form.addEventListener("input", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (!row) return;
  showRow(row);
  showTotal(row.closest("[data-area]"));
  showPending();
});

// A figure that was understood is shown the way it will be stored.
form.addEventListener("focusout", (event) => {
  if (!event.target.matches("input.count") || !isChanged(event.target)) return;
  const value = readCount(event.target.value);
  if (typeof value === "number") event.target.value = group(value);
});

// Up, down and Enter go to the same column of the next row that can be seen.
form.addEventListener("keydown", (event) => {
  if (!event.target.matches("input.count, input.note") || event.altKey || event.ctrlKey || event.metaKey) return;
  const isUp = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey);
  if (!isUp && event.key !== "ArrowDown" && event.key !== "Enter") return;
  event.preventDefault();
  const kind = event.target.matches(".count") ? "input.count" : "input.note";
  const inputs = [...form.querySelectorAll(kind)].filter((input) => input.offsetParent !== null);
  const next = inputs[inputs.indexOf(event.target) + (isUp ? -1 : 1)];
  if (next) {
    next.focus();
    next.select();
  } else if (!isUp) {
    form.querySelector("button.pri").focus();
  }
});

form.addEventListener("submit", () => {
  isLeavingToSave = true;
  // Who logged in again in another tab has a new token; the one in this page is stale.
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  if (token) form.elements.csrfmiddlewaretoken.value = decodeURIComponent(token[1]);
});

window.addEventListener("beforeunload", (event) => {
  if (!isLeavingToSave && (wasRestored || pending() > 0)) event.preventDefault();
});

// The browser keeps what was typed when one comes back to the page, but not what was computed from it.
window.addEventListener("pageshow", () => {
  isLeavingToSave = false;
  rows.filter((row) => isChanged(field(row, "p")) || isChanged(field(row, "n"))).forEach((row) => {
    showRow(row);
    showTotal(row.closest("[data-area]"));
  });
  showPending();
});

document.querySelector("#hasil")?.focus();
