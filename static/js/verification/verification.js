// Selects all submissions at once and shows how many are selected. Works without this script one by one.
document.querySelectorAll("form[data-ticks]").forEach((form) => {
  const all = form.querySelector("[data-tick-all]");
  const boxes = [...form.querySelectorAll('input[name="ticked"]')];
  const shown = form.querySelector("[data-ticked]");
  const count = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    shown.hidden = !ticked;
    shown.textContent = `${ticked} dicentang`;
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    boxes.forEach((box) => (box.checked = all.checked));
    count();
  });
  boxes.forEach((box) => box.addEventListener("change", count));
  count();
});
