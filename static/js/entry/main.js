// Enhancements of the entry grid. The page works without them; the server validates.

import { dropOld } from "./device.js";
import { draftOf, offer } from "./draft.js";
import { followKeys } from "./keys.js";
import { followTyping, tally } from "./live.js";
import { followPaste } from "./paste.js";
import { fill, inputs, rowsOf, typed } from "./rows.js";
import { followSaving } from "./saving.js";

let [form, draft, saving, isLeaving] = [null, null, null, false];

function start(kept) {
  form = document.querySelector("form.entry");
  draft = draftOf(form, kept);
  if (!("editable" in form.dataset) || !form.querySelector(".savebar")) {
    offer(form, draft);
    saving = null;
    return;
  }
  followTyping(form, () => draft.keepSoon());
  followKeys(form);
  followPaste(form);
  saving = followSaving(form, { keep: () => draft.keep(), replace, leave });
  offer(form, draft);
}

// Replace the sheet by the server's response, keeping focus and scroll position.
function replace(sheet, messages, action, late) {
  const focused = document.activeElement;
  const name = focused?.name;
  const height = focused?.getBoundingClientRect().top;
  if (late.length) draft.keep();
  document.querySelector("#lembar").replaceWith(sheet);
  document.querySelector("main > [role=status]").replaceChildren(...(messages?.childNodes ?? []));
  draft.stop();
  start(draft.kept);
  const rows = new Map(rowsOf(form).map((row) => [row.dataset.row, row]));
  for (const row of late) {
    const now = rows.get(row.dataset.row);
    if (now && inputs(now).p) fill(now, typed(row));
    // The sheet is read-only now; the device keeps the values.
    else draft.kept.touched.delete(row.dataset.row);
  }
  draft.keep();
  const again = action === "save" && name?.includes("-") && form.elements[name];
  if (document.activeElement === document.body && again) {
    again.focus({ preventScroll: true });
    scrollBy(0, again.getBoundingClientRect().top - height);
  } else if (!saving) scrollTo(0, 0);
  const told = form.querySelector("[data-saving]");
  if (told) told.textContent = document.querySelector("main > [role=status] li")?.firstChild.textContent ?? "";
}

function leave(isDiscarding = false) {
  isLeaving = true;
  if (isDiscarding) draft.drop();
  else draft.hurry();
}

addEventListener("online", () => saving?.retry());
addEventListener("pageshow", () => (isLeaving = false));
addEventListener("pagehide", () => draft.hurry());
document.addEventListener("visibilitychange", () => document.hidden && draft.hurry());
addEventListener("beforeunload", (event) => {
  if (saving && !isLeaving && tally(form).dirty > 0) event.preventDefault();
});

start();
dropOld();
