/** Pictures come by drop, paste or file picker; each has its own progress and its own error. */
import { found } from "./found.js";

const AT_ONCE = 2;
const ENDED = 1500; // milliseconds a finished upload stays in the list

let running = 0;
const queue = [];

found("input[type=file][data-upload]", (input) => {
  input.addEventListener("change", () => {
    take([...input.files], input.dataset.upload);
    input.value = "";
  });
});

found("[data-drop-zone]", (zone) => {
  const carries = (event) => event.dataTransfer?.types.includes("Files");
  zone.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    zone.setAttribute("data-over", "");
  });
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) zone.removeAttribute("data-over");
  });
  zone.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    zone.removeAttribute("data-over");
    take([...event.dataTransfer.files], event.target.closest("[data-tray-area]") ? "tray" : "history");
  });
});

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (!files.length || !document.querySelector("[data-project]")) return;
  event.preventDefault();
  take(files, event.target.closest?.("[data-composer]") ? "tray" : "history");
});

/** Send files one by one, two at a time; the last of a batch is then shown, or all go to the tray. */
function take(files, where) {
  const form = document.querySelector("form[data-uploads]");
  const list = document.querySelector("[data-upload-list]");
  if (!form || !files.length) return;
  const batch = { left: files.length, last: null, where, form };
  list.hidden = false;
  for (const file of files) {
    const row = document.querySelector("template[data-upload-row]").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = file.name;
    row.querySelector("[data-progress]").setAttribute("aria-label", `Uploading ${file.name}`);
    list.append(row);
    queue.push({ file, row, batch });
  }
  next();
}

function next() {
  while (running < AT_ONCE && queue.length) {
    running += 1;
    send(queue.shift());
  }
}

function send({ file, row, batch }) {
  const bar = row.querySelector("[data-progress]");
  const data = new FormData();
  data.append("csrfmiddlewaretoken", batch.form.elements.csrfmiddlewaretoken.value);
  data.append("file", file);
  const xhr = new XMLHttpRequest();
  xhr.open("POST", batch.form.action);
  xhr.setRequestHeader("Accept", "application/json");
  xhr.responseType = "json";
  xhr.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
  });
  xhr.upload.addEventListener("load", () => bar.removeAttribute("value")); // sent; now it is being looked at
  xhr.addEventListener("loadend", () => {
    running -= 1;
    if (xhr.status === 201) done(row, batch, xhr.response);
    else failed(row, xhr);
    batch.left -= 1;
    if (batch.left === 0) finish(batch);
    next();
  });
  xhr.send(data);
}

function done(row, batch, picture) {
  row.querySelector("[data-progress]").value = 100;
  setTimeout(() => drop(row), ENDED);
  batch.last = picture;
  if (batch.where === "tray") document.dispatchEvent(new CustomEvent("reference-wanted", { detail: picture }));
}

function failed(row, xhr) {
  const says = row.querySelector("[data-error]");
  const close = row.querySelector("[data-close]");
  row.querySelector("[data-progress]").remove();
  says.textContent = xhr.response?.error?.message ?? sentence(xhr.status);
  says.hidden = close.hidden = false;
  close.addEventListener("click", () => drop(row));
}

function drop(row) {
  const list = row.parentElement;
  row.remove();
  if (list && !list.children.length) list.hidden = true;
}

function finish(batch) {
  if (!batch.last) return;
  if (batch.form.dataset.then === "open") return location.assign(batch.last.url);
  window.htmx.trigger(document.body, "history-changed");
  if (batch.where === "tray") return;
  history.pushState({ htmx: true }, "", batch.last.url);
  window.htmx.ajax("GET", batch.last.url, { target: "#stage", swap: "innerHTML show:none" });
}

function sentence(status) {
  if (status === 0) return "The connection broke; the picture was not stored. Try again.";
  if (status === 413) return "This picture is too large; it was not stored.";
  if (status === 403) return "You may not add pictures here; nothing was stored. Reload the page if you were signed out.";
  return "It could not be stored because something failed on our side. Nothing was charged; try again.";
}
