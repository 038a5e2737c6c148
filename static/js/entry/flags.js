// The flags of coverage/plausibility.py while typing, from the numbers the server wrote beside the cell. The server checks
// again on saving; a test compares both.

import { fixed, group, readCount } from "./numbers.js";
import { addReason, given, inputs } from "./rows.js";

const ASKS = " Pilih alasannya.";

// [{ sentence, needsReason }] for a head-count.
export function questions(row, count) {
  const [last, low, high] = ["last", "low", "high"].map((name) => given(row, name));
  const potential = given(row, "potential");
  const found = [];
  if (count === 0 && last) {
    found.push({ sentence: `Menjadi nol dari ${group(last)}.`, needsReason: true });
  } else if (low !== null && (count < low || count > high)) {
    const word = count < last ? "Turun" : "Naik";
    const share = fixed((count - last) * 100, last, 1).text;
    found.push({ sentence: `${word} ${share}% dari bulan lalu, di luar kebiasaan.`, needsReason: true });
  }
  if (potential && count > potential) {
    found.push({ sentence: `Melebihi potensi ${group(potential)}. Periksa lagi.`, needsReason: false });
  }
  if (given(row, "same") === count) {
    found.push({ sentence: "Sama persis dengan tiga bulan sebelumnya. Periksa lagi.", needsReason: false });
  }
  return found;
}

function say(row, sentences) {
  const place = row.querySelector("[data-live]");
  place.replaceChildren(
    ...sentences.flatMap(([kind, sentence]) => {
      const mark = document.createElement("span");
      mark.className = `flag ${kind}`;
      mark.textContent = sentence;
      return [mark, " "];
    }),
  );
}

// Show errors and flags of a row. While a number is being typed (`isTyping`), an incomplete one is not an error.
export function showFlags(row, isTyping) {
  const { p, n } = inputs(row);
  const { count, error } = readCount(p.value);
  const isWrong = error !== undefined && !isTyping;
  const asked = count === null || count === undefined ? [] : questions(row, count);
  const needsReason = asked.some((question) => question.needsReason);
  let select = inputs(row).r;
  if (needsReason && !select) select = addReason(row);
  if (select) select.hidden = !needsReason && !select.value;
  const isAnswered = Boolean(select && select.value);
  const sentences = asked.map(({ sentence, needsReason: asks }) => ["w", sentence + (asks && !isAnswered ? ASKS : "")]);
  if (isWrong) sentences.unshift(["e", error]);
  if (isAnswered && select.value === "OTHER" && needsReason && !n.value.trim()) {
    sentences.push(["w", "Alasan “Lainnya” perlu dijelaskan di keterangan."]);
  }
  say(row, sentences);
  row.classList.toggle("e", isWrong);
  row.classList.toggle("w", !isWrong && sentences.length > 0);
  if (isWrong) p.setAttribute("aria-invalid", "true");
  else p.removeAttribute("aria-invalid");
  row.classList.toggle("ask", needsReason && !isAnswered);
}
