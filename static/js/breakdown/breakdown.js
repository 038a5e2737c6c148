// Breaking a target down by hand: updates sums, remainder and derived figures while typing.
// The page works without it; the server validates.

import { fixed, group, readCount } from "../entry/numbers.js";

const STATES = [
  ["ok", "✓", "habis terbagi"],
  ["down", "▼", "belum terbagi"],
  ["warn", "▲", "melebihi target provinsi"],
];

const given = (row, name) => (name in row.dataset ? Number(row.dataset[name]) : null);
const signed = (count) => `${count < 0 ? "−" : count > 0 ? "+" : ""}${group(Math.abs(count))}`;

// The workers of a row in the sum: typed, else the target in force; null for invalid input.
function counted(row) {
  const { count, error } = readCount(row.querySelector("input.count").value);
  if (error) return null;
  return count ?? given(row, "present");
}

function showRow(row, months) {
  const input = row.querySelector("input.count");
  const { count, error } = readCount(input.value);
  const [potential, participants] = [given(row, "potential"), given(row, "participants")];
  const has = typeof count === "number";
  row.querySelector("[data-error]").textContent = error ?? "";
  if (error) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  row.querySelector("[data-rate]").textContent = has && potential ? `${fixed(count * 100, potential, 2).text}%` : "–";
  const knows = has && participants !== null;
  const added = knows ? count - participants : 0;
  const place = row.querySelector("[data-added]");
  place.textContent = knows ? signed(added) : "–";
  place.classList.toggle("neg", added < 0);
  const monthly = Math.floor((2 * Math.max(0, added) + (months || 1)) / (2 * (months || 1)));
  row.querySelector("[data-monthly]").textContent = knows ? group(monthly) : "–";
}

function showSum(form) {
  const rows = [...form.querySelectorAll("tr[data-row]")];
  const sum = rows.reduce((total, row) => total + (counted(row) ?? 0), 0);
  const left = Number(form.dataset.total) - sum;
  const [css, sign, words] = STATES[left === 0 ? 0 : left > 0 ? 1 : 2];
  for (const place of document.querySelectorAll("[data-sum]")) place.textContent = group(sum);
  for (const line of document.querySelectorAll("[data-left-line]")) {
    line.querySelector("[data-left]").textContent = `${left < 0 ? "−" : ""}${group(Math.abs(left))}`;
    const state = line.querySelector("[data-state]");
    state.className = `st ${css}`;
    state.querySelector("i").textContent = sign;
    state.querySelector("span").textContent = words;
  }
}

const form = document.querySelector("form[data-split]");
if (form) {
  const months = Number(form.dataset.months);
  form.addEventListener("input", (event) => {
    const row = event.target.closest("tr[data-row]");
    if (!row) return;
    showRow(row, months);
    showSum(form);
  });
  // A valid figure is formatted as it will be stored.
  form.addEventListener("focusout", (event) => {
    if (!event.target.matches("input.count")) return;
    const { count } = readCount(event.target.value);
    if (typeof count === "number") event.target.value = group(count);
  });
  // Enter moves to the next regency instead of submitting the form.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input.count")) return;
    event.preventDefault();
    const inputs = [...form.querySelectorAll("input.count")];
    (inputs[inputs.indexOf(event.target) + 1] ?? form.querySelector("button.pri")).focus();
  });
  // On navigating back the browser restores typed values, but not computed ones.
  for (const row of form.querySelectorAll("tr[data-row]")) if (row.querySelector("input.count").value) showRow(row, months);
  showSum(form);
}
