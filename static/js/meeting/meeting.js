// Moves between screens of the meeting page by arrow keys; links and scrolling work without it.
const screens = [...document.querySelectorAll(".screen")];

function current() {
  const middle = window.innerHeight / 2;
  const found = screens.findIndex((one) => one.getBoundingClientRect().bottom > middle);
  return found < 0 ? screens.length - 1 : found;
}

function show(place) {
  const wanted = screens[Math.max(0, Math.min(place, screens.length - 1))];
  history.replaceState(null, "", `#${wanted.id}`);
  wanted.focus({ preventScroll: true });
  wanted.scrollIntoView();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) {
    return;
  }
  // arrow keys scroll a table that is wider than the screen
  const box = event.target.closest?.(".scroll");
  if (box && box.scrollWidth > box.clientWidth) {
    return;
  }
  const steps = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
  if (event.key in steps) {
    event.preventDefault();
    show(current() + steps[event.key]);
  } else if (event.key === "Home" || event.key === "End") {
    event.preventDefault();
    show(event.key === "Home" ? 0 : screens.length - 1);
  }
});
