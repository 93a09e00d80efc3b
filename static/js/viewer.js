/** The version on show: its frame, its mat, and how it is compared with what it was made from. */
import { found } from "./found.js";
import { prefer, preferred } from "./preferences.js";

const MATS = new Map([[null, "light"], ["light", "dark"], ["dark", null]]);
const STEPS = { ArrowLeft: -2, ArrowDown: -2, ArrowRight: 2, ArrowUp: 2, PageDown: -10, PageUp: 10 };
let remembered = "slider"; // the way of comparing that C goes back to

found("[data-frame]", (frame) => {
  const { width, height } = frame.dataset;
  frame.style.setProperty("--ratio", String(width / height));
  frame.classList.add("sized");
  const image = frame.querySelector(".after img");
  const failed = frame.parentElement.querySelector("[data-frame-failed]");
  const show = (state) => {
    frame.classList.toggle("loading", state === "loading");
    frame.classList.toggle("broken", state === "broken");
    if (failed) failed.hidden = state !== "broken";
  };
  if (!image.complete) show("loading");
  else if (!image.naturalWidth) show("broken"); // it failed before this script came
  image.addEventListener("load", () => show("shown"));
  image.addEventListener("error", () => show("broken"));
  failed?.querySelector("[data-frame-again]").addEventListener("click", () => {
    show("loading");
    image.src = image.src;
  });
});

found("[data-mat-cycle]", (button) => {
  button.addEventListener("click", () => prefer("mat", MATS.get(preferred("mat")) ?? null));
});

found("[data-version]:has([data-comparable])", (version) => {
  const viewer = version.querySelector("[data-viewer]");
  const slider = version.querySelector("[data-slider]");
  const modes = [...version.querySelectorAll("[data-set-mode]")];

  const show = (mode) => {
    const before = version.querySelector(".before img");
    if (mode !== "plain" && before.dataset.src) {
      before.src = before.dataset.src;
      delete before.dataset.src;
    }
    viewer.dataset.mode = mode;
    slider.hidden = mode !== "slider";
    for (const button of modes) {
      const chosen = button.dataset.setMode === mode;
      button.setAttribute("aria-checked", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
    if (mode !== "plain") remembered = mode;
  };

  for (const [i, button] of modes.entries()) {
    button.addEventListener("click", () => show(button.dataset.setMode));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = modes.at((i + step) % modes.length);
      next.focus();
      next.click();
    });
  }
  version.querySelector("[data-compare-toggle]").addEventListener("click", () => {
    show(viewer.dataset.mode === "plain" ? remembered : "plain");
    if (viewer.dataset.mode === "slider") slider.focus();
  });
  document.addEventListener("keydown", function back(event) {
    if (!version.isConnected) return document.removeEventListener("keydown", back);
    if (event.key !== "Escape" || event.defaultPrevented || viewer.dataset.mode === "plain") return;
    event.preventDefault();
    show("plain");
  });
  slide(version.querySelector("[data-frame]"), slider, viewer);
});

/** Move the divider by pointer anywhere on the picture, and by keys where it has the focus. */
function slide(frame, slider, viewer) {
  const set = (value) => {
    const percent = Math.round(Math.min(100, Math.max(0, value)));
    frame.style.setProperty("--split", `${percent}%`);
    slider.setAttribute("aria-valuenow", String(percent));
    slider.setAttribute("aria-valuetext", `${percent} % before, ${100 - percent} % after`);
  };
  const follow = (event) => {
    const box = frame.getBoundingClientRect();
    set(((event.clientX - box.left) / box.width) * 100);
  };
  frame.addEventListener("pointerdown", (event) => {
    if (viewer.dataset.mode !== "slider" || event.button !== 0) return;
    event.preventDefault();
    slider.focus({ preventScroll: true });
    frame.setPointerCapture(event.pointerId);
    follow(event);
  });
  frame.addEventListener("pointermove", (event) => {
    if (frame.hasPointerCapture(event.pointerId)) follow(event);
  });
  slider.addEventListener("keydown", (event) => {
    const now = Number(slider.getAttribute("aria-valuenow"));
    const to = { Home: 0, End: 100 }[event.key] ?? (STEPS[event.key] ? now + STEPS[event.key] : undefined);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(to);
  });
}
