/** The composer: it goes on from the version on show, knows its price, and runs once. */
import { found } from "./found.js";
import { tray } from "./tray.js";

const PATIENCE = 250; // milliseconds without a change, before the price is asked for
const NEAR = 0.9; // of the prompt's limit: from here the characters are counted

let current = null; // { form, references, accepted }
let shown = document.querySelector("[data-version]")?.dataset ?? {};

found("[data-composer]", (form) => {
  const prompt = form.querySelector("[data-prompt]");
  const count = form.querySelector("[data-prompt-count]");
  let waiting = null;
  let held = null; // a press of the button that waits for the price it will say
  let sent = null; // the prompt as it was sent

  const ask = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => window.htmx.trigger(form, "price-changed"), PATIENCE);
    form.dataset.pricing = "";
  };
  const priced = () => {
    waiting = null;
    delete form.dataset.pricing;
    limit4K(form);
    const go = held;
    held = null;
    if (!form.querySelector(".run").disabled) go?.();
  };

  const references = tray(form, ask);
  // A second press finds no prompt, so it buys nothing; what was written since stays.
  const accepted = () => {
    if (prompt.value !== sent) return;
    prompt.value = "";
    prompt.dispatchEvent(new Event("input"));
  };
  current = { form, references, accepted };
  form.addEventListener("change", (event) => {
    if (event.target !== prompt) ask();
  });
  prompt.addEventListener("input", () => {
    const used = [...prompt.value].length;
    count.hidden = used < prompt.maxLength * NEAR;
    count.textContent = `${used} of ${prompt.maxLength}`;
    count.classList.toggle("full", used >= prompt.maxLength);
    form.querySelector("#refused").replaceChildren();
  });
  prompt.addEventListener("change", ask); // providers differ in how long a prompt they take
  prompt.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      prompt.blur();
      document.querySelector("[data-tree] [tabindex='0']")?.focus();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!form.querySelector(".run").disabled) form.requestSubmit();
  });
  form.addEventListener("focusin", () => form.classList.add("open"));
  document.addEventListener("pointerdown", function close(event) {
    if (!form.isConnected) document.removeEventListener("pointerdown", close);
    else if (!form.contains(event.target)) form.classList.remove("open");
  });
  form.addEventListener("htmx:confirm", (event) => {
    if (event.target !== form || !("pricing" in form.dataset)) return;
    event.preventDefault();
    held = () => event.detail.issueRequest(true);
  });
  form.addEventListener("htmx:configRequest", (event) => {
    if (event.target === form) sent = prompt.value;
  });
  form.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "price") priced();
  });
  if (document.readyState === "complete") prompt.focus(); // it was set up again on somebody's wish
});

found("[data-version]", (version) => {
  const now = version.dataset;
  if (now.base && shown.base && now.base !== shown.base) current?.references.follow(shown.base, pictureOf(now));
  shown = now;
});

found("[data-edit-from-here]", (button) => {
  button.addEventListener("click", () => {
    current?.references.only(pictureOf(button.closest("[data-version]").dataset));
    current?.form.querySelector("[data-prompt]").focus();
  });
});

found("[data-use]", (button) => {
  const { use: id, useThumbnail: thumbnail, useName: name } = button.dataset;
  button.addEventListener("click", () => current?.references.add({ id, thumbnail, name }));
});

document.addEventListener("reference-wanted", (event) => current?.references.add(event.detail));

document.addEventListener("edit-accepted", (event) => {
  if (!current) return;
  current.form.elements.key.value = event.detail.key;
  current.accepted();
  current.form.querySelector("#refused").replaceChildren();
  current.form.classList.remove("open");
});

function pictureOf({ base: id, thumbnail, name }) {
  return { id, thumbnail, name };
}

/** Switch 4K off while no provider can do it, and say why; a 4K already chosen stays, the button explains. */
function limit4K(form) {
  const reason = form.querySelector("[data-price]").getAttribute("data-no-4k") ?? "";
  const label = form.querySelector("[data-resolution='4K']");
  const input = label.querySelector("input");
  input.disabled = Boolean(reason) && !input.checked;
  form.querySelector("[data-no-4k-says]").textContent = reason && `4K is not to be had: ${reason}`;
  if (reason) label.dataset.tip = `4K is not to be had: ${reason}`;
  else delete label.dataset.tip;
}
found("[data-composer]", limit4K);
