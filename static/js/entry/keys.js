// Keyboard navigation as in a spreadsheet: up, down and Enter stay in the column; left and right leave the cell at the
// end of its text; Home and End go to the first and last figure; Escape restores the stored value.

import { inputs, isVisible, rowsOf, stored } from "./rows.js";

const KINDS = ["p", "r", "n"];
const kindOf = (input) => KINDS.find((kind) => inputs(input.closest("tr"))[kind] === input);

function go(input) {
  if (!input) return;
  input.focus();
  if (input.select) input.select();
}

function vertical(form, input, step) {
  const kind = kindOf(input);
  const rows = rowsOf(form).filter(isVisible);
  for (let at = rows.indexOf(input.closest("tr")) + step; rows[at]; at += step) {
    const other = inputs(rows[at])[kind];
    if (other && !other.hidden) return other;
  }
  return null;
}

function sideways(input, step) {
  const cells = inputs(input.closest("tr"));
  const order = KINDS.map((kind) => cells[kind]).filter((other) => other && !other.hidden);
  return order[order.indexOf(input) + step];
}

function isAtEnd(input, step) {
  if (input.tagName === "SELECT") return true;
  const { selectionStart: from, selectionEnd: to, value } = input;
  if (from === 0 && to === value.length) return true;
  return from === to && from === (step < 0 ? 0 : value.length);
}

export function followKeys(form) {
  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!input.matches("input.count, input.note, select.reason") || event.altKey || event.ctrlKey || event.metaKey) return;
    const isSelect = input.tagName === "SELECT";
    let next;
    if (event.key === "Escape") {
      input.value = stored(input);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      if (input.select) input.select();
    } else if (event.key === "Enter" || (!isSelect && (event.key === "ArrowUp" || event.key === "ArrowDown"))) {
      const step = event.key === "ArrowUp" || (event.key === "Enter" && event.shiftKey) ? -1 : 1;
      next = vertical(form, input, step);
      if (!next && step > 0) next = form.querySelector(".savebar button");
    } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && !event.shiftKey) {
      const step = event.key === "ArrowLeft" ? -1 : 1;
      next = isAtEnd(input, step) ? sideways(input, step) : null;
      if (!next) return;
    } else if ((event.key === "Home" || event.key === "End") && input.matches(".count") && !event.shiftKey) {
      const shown = rowsOf(form).filter(isVisible);
      next = inputs(event.key === "Home" ? shown[0] : shown.at(-1)).p;
    } else return;
    event.preventDefault();
    go(next);
  });
}
