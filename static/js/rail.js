/** The rail folds to icons and back. */
import { found } from "./found.js";
import { prefer, preferred } from "./preferences.js";

found("[data-rail-toggle]", (button) => {
  const show = () => button.setAttribute("aria-expanded", String(preferred("rail") !== "narrow"));
  button.addEventListener("click", () => {
    prefer("rail", preferred("rail") === "narrow" ? null : "narrow");
    show();
  });
  show();
});
