// Parses a block copied from a spreadsheet: finds the columns of figures and labels, and the headings. Independent of the
// page; areas and segments are passed as maps from label to code.

import { readCount } from "./numbers.js";

const HEADING = new RegExp(
  "peserta|jumlah|angka|aktif|segmen|bulan|periode|potensi|total|keterangan|catatan|cakupan|wilayah|kode|nama|kab/kota" +
    "|\\b(no|jan|feb|mar|apr|mei|jun|jul|agu|ags|sep|okt|nov|des)",
  "i",
);
const OTHER_FIGURE = /potensi|cakupan|perubahan|selisih|target|kode|%|lalu|^no\b/i;
const NOTE = /keterangan|catatan/i;
const SUM = /^(sub ?total|total|jumlah)\b/i;

export const plain = (label) => label.toLowerCase().replace(/[\s\u00a0]+/g, " ").replace(/^kab\.? /, "kabupaten ").trim();

// Lines and cells; a quoted cell may contain tabs, line breaks and doubled quotes.
export function readCells(text) {
  const [lines, pattern] = [[[]], /(?:"((?:[^"]|"")*)"(?=[\t\r\n]|$)|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/g];
  for (const [whole, quoted, bare, end] of text.matchAll(pattern)) {
    lines.at(-1).push((quoted === undefined ? bare : quoted.replaceAll('""', '"')).trim());
    if (end !== "\t" && end !== "") lines.push([]);
    if (whole === "" || end === "") break;
  }
  while (lines.length > 1 && lines.at(-1).every((cell) => !cell)) lines.pop();
  return lines;
}

const column = (lines, at) => lines.map((line) => line[at] ?? "");
const isCount = (cell) => typeof readCount(cell).count === "number";
const half = (cells, test) => cells.length > 0 && cells.filter(test).length * 2 >= cells.length;

function figureColumns(lines, { areas, segments }) {
  const width = Math.max(...lines.map((line) => line.length));
  return [...Array(width).keys()].filter((at) => {
    const cells = column(lines, at).filter(Boolean);
    const body = cells.length > 1 ? cells.slice(1) : cells;
    if (width > 1 && half(body, (cell) => areas.has(plain(cell)) || segments.has(plain(cell)))) return false;
    return half(body, isCount) || (width === 1 && cells.length > 0);
  });
}

// In the column of figures a heading has a typical word. Any other text is an unreadable figure.
function isHeading(line, figures, { areas, segments }) {
  if (line.some((cell) => areas.has(plain(cell)))) return false;
  const above = figures.map((at) => line[at] ?? "").filter(Boolean);
  const words = above.length ? above : line.filter(Boolean);
  const isWord = (cell) => HEADING.test(cell) || segments.has(plain(cell));
  return words.some(isWord) && !words.some((cell) => /^[-–(]?[0-9]/.test(cell));
}

// Selects this month's column of figures: by its heading, else the first that does not repeat known figures.
function choose(lines, heading, figures, { month, known }) {
  const isRunning = (at) => column(lines, at).filter(Boolean).every((cell, index) => cell === String(index + 1));
  const isKnown = (at) => column(lines, at).filter(Boolean).every((cell) => known.has(readCount(cell).count));
  let left = figures;
  const keep = (test) => (left = left.some(test) ? left.filter(test) : left);
  if (heading) {
    keep((at) => !OTHER_FIGURE.test(heading[at] ?? ""));
    keep((at) => plain(heading[at] ?? "").includes(plain(month)));
  }
  if (left.length > 1) keep((at) => !isRunning(at));
  if (left.length > 1) keep((at) => !isKnown(at));
  return left[0];
}

// { entries: [{ area, segment, line, text, note }], skipped, ignored }: what to put where. `area` and `segment` are codes
// where the block names them. `skipped` counts headings and sums, `ignored` columns of figures that were not used.
export function readBlock(text, context) {
  const { areas, segments } = context;
  let lines = readCells(text);
  const figures = figureColumns(lines, context);
  const width = Math.max(...lines.map((line) => line.length));
  let [heading, skipped] = [null, 0];
  while (lines.length > 1 && isHeading(lines[0], figures, context)) {
    [heading, skipped] = [lines[0], skipped + 1];
    lines = lines.slice(1);
  }
  const wide = heading ? figures.filter((at) => segments.has(plain(heading[at] ?? ""))) : [];
  const isWide = wide.length > 1;
  const chosen = isWide ? wide : [choose(lines, heading, figures, context) ?? 0];
  const noteAt = isWide ? -1 : [...Array(width).keys()].find((at) => {
    if (figures.includes(at)) return false;
    if (heading && heading[at]) return NOTE.test(heading[at]);
    return at > chosen[0] && !half(column(lines, at).filter(Boolean), (cell) => isCount(cell) || segments.has(plain(cell)));
  });
  const labels = (line) => line.filter((cell, at) => cell && !chosen.includes(at) && at !== noteAt).map(plain);
  const hasSegments = lines.some((line) => labels(line).some((label) => segments.has(label)));
  const entries = [];
  let current;
  lines.forEach((line, index) => {
    const named = labels(line);
    const area = named.map((label) => areas.get(label)).find(Boolean);
    const segment = named.map((label) => segments.get(label)).find(Boolean);
    const isEmpty = chosen.every((at) => !line[at]);
    const isSum = !area && !segment && named.some((label) => SUM.test(label));
    const isGroup = area && !segment && !isWide && (hasSegments || isEmpty);
    if (width > 1 && (isSum || isGroup || line.every((cell) => !cell))) {
      if (isGroup) current = area;
      skipped += 1;
      return;
    }
    for (const at of chosen) {
      entries.push({
        area: area ?? current,
        segment: isWide ? segments.get(plain(heading[at])) : segment,
        line: index,
        text: line[at] ?? "",
        note: line[noteAt] || undefined,
      });
    }
  });
  return { entries, skipped, ignored: figures.length - chosen.filter((at) => figures.includes(at)).length, width };
}
