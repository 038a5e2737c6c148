// Head-counts parsed and formatted like reporting/numbers.py, with the same messages. Both are tested with
// tests/support/number_spellings.json.

export const MAX_COUNT = 999999999;
const INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060";
const GROUPED = /^[1-9][0-9]{0,2}([.,' ])[0-9]{3}(?:\1[0-9]{3})*$/;

function strip(text) {
  let [from, to] = [0, text.length];
  while (from < to && INVISIBLE.includes(text[from])) from += 1;
  while (from < to && INVISIBLE.includes(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

// { count } with an integer or null for empty, or { error } with a message for invalid text.
export function readCount(text) {
  const typed = strip(text.trim()).trim();
  const compact = typed.replace(/[ \u00a0\u2007\u2009\u202f]/g, " ");
  if (!compact) return { count: null };
  const shown = [...typed].length <= 20 ? typed : [...typed].slice(0, 20).join("") + "…";
  if (/^[0-9]+$/.test(compact) || GROUPED.test(compact)) {
    const count = compact.length < 40 ? Number(compact.replace(/[^0-9]/g, "")) : MAX_COUNT + 1;
    if (count > MAX_COUNT) return { error: `“${shown}” terlalu besar. Paling banyak ${group(MAX_COUNT)}.` };
    return { count };
  }
  if (/^[-\u2012-\u2015\u2212]+$/.test(compact)) {
    return { error: `“${shown}” bukan angka. Kosongkan bila belum ada angkanya; tulis 0 bila memang nol.` };
  }
  if (/^[-\u2012-\u2015\u2212(][0-9., ()]+$/.test(compact)) {
    return { error: `“${shown}” negatif. Jumlah peserta tidak boleh kurang dari nol.` };
  }
  if (/^[0-9][0-9., ']*$/.test(compact)) {
    return { error: `“${shown}” tidak jelas. Tulis bilangan bulat tanpa desimal, misalnya 43.202 atau 43202.` };
  }
  return { error: `“${shown}” bukan angka. Tulis angka saja, misalnya 43.202.` };
}

// The head-count alone; null also for invalid text.
export const countOf = (text) => readCount(text).count ?? null;

export const group = (digits) => String(digits).replace(/\B(?=(\d{3})+$)/g, ".");

// Rounded half away from zero, as on the server: { steps, text } of the absolute value.
export function fixed(numerator, denominator, digits) {
  const steps = Math.floor((2 * Math.abs(numerator) * 10 ** digits + denominator) / (2 * denominator));
  const text = String(steps).padStart(digits + 1, "0");
  return { steps, text: `${group(text.slice(0, text.length - digits))},${text.slice(text.length - digits)}` };
}

// Times are in the project's time zone, like the server's, not in that of the device.
const zoned = (options) => new Intl.DateTimeFormat("id-ID", { timeZone: "Asia/Jakarta", hourCycle: "h23", ...options });

// `14.32 WIB`, and `5 Oktober 14.32 WIB`.
export const clock = (time) => `${zoned({ hour: "2-digit", minute: "2-digit" }).format(time).replace(":", ".")} WIB`;
export const dayAndClock = (time) => `${zoned({ day: "numeric", month: "long" }).format(time)} ${clock(time)}`;
