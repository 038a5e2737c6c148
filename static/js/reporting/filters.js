// Filters apply as soon as one is changed; without this script the button does it.
document.querySelectorAll("form[data-filters]").forEach((form) => {
  const button = form.querySelector("button");
  let byKeyboard = false;
  form.addEventListener("keydown", () => (byKeyboard = true));
  form.addEventListener("pointerdown", () => (byKeyboard = false));
  form.addEventListener("change", (event) => {
    // Moving through a list with the arrow keys must not reload the page at every step.
    if (event.target.tagName === "SELECT" && !byKeyboard) form.requestSubmit(button);
  });
});
