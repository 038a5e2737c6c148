// Applies filters as soon as one is changed; without this script there is a button.
document.querySelectorAll("form[data-filters]").forEach((form) => {
  const button = form.querySelector("button");
  let byKeyboard = false;
  form.addEventListener("keydown", () => (byKeyboard = true));
  form.addEventListener("pointerdown", () => (byKeyboard = false));
  form.addEventListener("change", (event) => {
    // Moving through a select with the arrow keys must not reload the page at every step.
    if (event.target.tagName === "SELECT" && !byKeyboard) form.requestSubmit(button);
  });
});
