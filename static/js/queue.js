/** A queue of links with its evidence beside it: j and k walk, Enter shows; whichever is shown says so. */
import { isTaken } from "./keys.js";

const links = () => [...document.querySelectorAll("[data-queue]")];
const shown = () => links().find((link) => link.getAttribute("aria-current") === "true");
let at = "";

document.addEventListener("keydown", (event) => {
  if (isTaken(event) || !["j", "k"].includes(event.key)) return;
  const all = links();
  const here = all.findIndex((link) => link === document.activeElement || link.closest("li").id === at);
  const next = all[here < 0 ? 0 : Math.max(0, Math.min(all.length - 1, here + (event.key === "j" ? 1 : -1)))];
  if (!next) return;
  event.preventDefault();
  at = next.closest("li").id;
  next.focus();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-queue][hx-get]");
  if (!link || event.ctrlKey || event.metaKey) return;
  if (link === shown()) { // it is there already: what is being filled in stays
    event.preventDefault();
    event.stopPropagation();
    document.getElementById("evidence")?.focus();
    return;
  }
  shown()?.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  at = link.closest("li").id;
}, true);

document.addEventListener("htmx:afterSettle", (event) => {
  const evidence = document.getElementById("evidence");
  if (event.target === evidence && window.innerWidth < 720) evidence.scrollIntoView();
});

at = shown()?.closest("li").id ?? "";
