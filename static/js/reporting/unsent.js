// Asks before leaving a page with unsent input. For forms with data-unsent.
for (const form of document.querySelectorAll("form[data-unsent]")) {
  let isUnsent = false;
  form.addEventListener("input", () => (isUnsent = true));
  form.addEventListener("submit", () => (isUnsent = false));
  addEventListener("beforeunload", (event) => {
    if (isUnsent) event.preventDefault();
  });
}
