// Saves without leaving the page. The server responds with the page, with rejected values as typed. Without network or
// session everything stays here and on the device.

import { clock, group } from "./numbers.js";
import { inputs, isToSend, rowsOf, typed } from "./rows.js";
import { tally } from "./live.js";

const RETRY_AFTER = 20_000;
const token = () => decodeURIComponent(document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "");

// Only changed rows are sent; the server ignores cells without fields.
function bodyOf(form, action) {
  const body = new URLSearchParams({ user: form.elements.user.value, seen: form.elements.seen.value, action });
  for (const row of rowsOf(form).filter(isToSend)) {
    for (const input of row.querySelectorAll("input[name], select[name]")) {
      if (input.type !== "radio" || input.checked) body.append(input.name, input.value);
    }
  }
  return body;
}

// Like `12 sel, 2 memakai angka bulan lalu dengan penjelasan, 1 tanda dengan alasan`.
function contents({ own, explained, reasons, flagged }) {
  const parts = [`${group(own)} sel`];
  if (explained) parts.push(`${group(explained)} tanpa angka baru dengan penjelasan`);
  if (reasons) parts.push(`${group(reasons)} tanda dengan alasan`);
  if (flagged) parts.push(`${group(flagged)} tanda lain`);
  return parts.join(", ");
}

// `page` offers keep() for the device draft (a promise of whether it is kept), replace(sheet, messages, action, late)
// for the answer with the rows that changed since it was asked for, and leave() before going away.
export function followSaving(form, page) {
  const told = form.querySelector("[data-saving]");
  const dialog = form.querySelector("dialog#ajukan");
  let [isBusy, timer, hasFailed, refused] = [false, null, false, null];

  // The token is rejected. One from a login in another tab may be valid.
  async function end() {
    [hasFailed, refused] = [false, token()];
    const isKept = await page.keep();
    const kept = isKept ? "isian tetap disimpan di perangkat ini." : "salin dulu isian Anda, perangkat ini tidak dapat menyimpannya.";
    const again = document.createElement("a");
    Object.assign(again, { href: location.pathname + location.search, textContent: "Muat ulang halaman" });
    again.addEventListener("click", () => page.leave());
    told.replaceChildren(`Sesi di tab ini sudah berakhir. Muat ulang halaman atau masuk lagi; ${kept} `, again);
    told.classList.add("bad");
  }

  async function fail(sentence) {
    hasFailed = true;
    const isKept = await page.keep();
    const kept = isKept
      ? `isian disimpan di perangkat ini ${clock(new Date())}.`
      : "perangkat ini juga tidak dapat menyimpannya. Jangan tutup halaman ini.";
    const retry = document.createElement("button");
    Object.assign(retry, { type: "button", className: "link", textContent: "Coba lagi" });
    retry.addEventListener("click", () => send("save"));
    told.replaceChildren(`${sentence}; ${kept} `, retry);
    told.classList.add("bad");
  }

  async function failForNow(sentence) {
    await fail(sentence);
    clearTimeout(timer);
    timer = setTimeout(() => form.isConnected && send("save"), RETRY_AFTER);
  }

  async function send(action) {
    if (isBusy) return;
    if (token() === refused) {
      await end();
      return;
    }
    isBusy = true;
    form.setAttribute("aria-busy", "true");
    page.keep();
    clearTimeout(timer);
    told.classList.remove("bad");
    told.textContent = action === "submit" ? "Memeriksa…" : "Menyimpan…";
    const sent = new Map(rowsOf(form).filter((row) => inputs(row).p).map((row) => [row, typed(row).join("\n")]));
    try {
      const answer = await fetch(location.href, {
        method: "POST",
        body: bodyOf(form, action),
        headers: { "X-CSRFToken": token() },
        signal: AbortSignal.timeout(60_000),
      });
      const html = new DOMParser().parseFromString(await answer.text(), "text/html");
      const sheet = html.querySelector("#lembar");
      const drawn = sheet?.querySelector("form.entry");
      if (!sheet && answer.redirected) {
        // The session has ended. The server keeps the sent values until after login, and so does the device.
        page.leave();
        location.assign(answer.url);
      } else if (!sheet && answer.status === 403) {
        await end();
      } else if (!sheet) {
        const failure = `Belum tersimpan ke server (kode ${answer.status})`;
        if (answer.status >= 500) await failForNow(failure);
        else await fail(failure);
      } else if (drawn.dataset.draft !== form.dataset.draft) {
        await fail("Peramban ini sekarang dipakai akun lain. Masuk lagi dengan akun Anda; belum tersimpan ke server");
      } else {
        // Values typed since the request are not in the response.
        const late = [...sent].filter(([row, before]) => typed(row).join("\n") !== before).map(([row]) => row);
        page.replace(sheet, html.querySelector("main > [role=status]"), action, late);
      }
    } catch {
      await failForNow("Belum tersimpan ke server");
    } finally {
      isBusy = false;
      form.removeAttribute("aria-busy");
    }
  }

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name === "discard") {
      page.leave(true);
      return;
    }
    event.preventDefault();
    const action = button?.value ?? "save";
    const found = tally(form);
    if (action !== "submit" || found.wrong || found.blank || found.unanswered || form.querySelector("fieldset.conflict")) {
      send(action);
      return;
    }
    dialog.querySelector("[data-content]").textContent = `Yang diajukan: ${contents(found)}.`;
    dialog.showModal();
  });
  dialog?.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog?.querySelector("[data-apply]").addEventListener("click", () => {
    dialog.close();
    send("submit");
  });
  const firstMissing = document.querySelector("#kurang") && form.querySelector("[data-missing], tr.ask");
  if (firstMissing) {
    const { p, r } = inputs(firstMissing.closest("tr"));
    (r && !r.hidden && !r.value ? r : p).focus();
  } else document.querySelector("#hasil")?.focus();
  return { retry: () => hasFailed && form.isConnected && send("save") };
}
