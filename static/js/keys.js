/** Keys: `?` lists them; an element with data-key is pressed, or focused when it is typed into, by its key. */
import { found } from "./found.js";

/** Tell whether a key press is meant for a field, a dialog, or the browser. */
export function isTaken(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target;
  return target.isContentEditable || target.matches?.("input:not([type=range]), textarea, select") ||
    document.querySelector("dialog[open]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (isTaken(event)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const element = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
  if (!element) return;
  event.preventDefault();
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
});

found("[data-opens]", (button) => {
  button.addEventListener("click", () => document.getElementById(button.dataset.opens)?.showModal());
});

found("dialog[data-light-dismiss]", (dialog) => {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
});
