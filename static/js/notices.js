/** Notices that float for a while: what failed, whether it cost anything, what to do. */

const SECONDS = 8;

/** Show a notice; `kind` is "", "good", "warn" or "bad". A bad one stays until it is closed. */
export function notify(text, kind = "") {
  const place = document.querySelector("[data-toasts]");
  const template = document.querySelector("template[data-toast]");
  if (!place || !template) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  if (kind) toast.classList.add(kind);
  toast.querySelector("[data-text]").textContent = text;
  toast.querySelector("button").addEventListener("click", () => toast.remove());
  place.append(toast);
  if (kind !== "bad") setTimeout(() => toast.remove(), SECONDS * 1000);
}

document.addEventListener("htmx:sendError", () => {
  notify("The server could not be reached, so nothing was changed. Check the connection and try again.", "bad");
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (requestConfig.verb === "get" && requestConfig.triggeringEvent === undefined) return; // a poll tries again by itself
  notify(said(xhr) || sentence(xhr.status), "bad");
});

/** A refusal in plain words that is meant for a notice. */
function said(xhr) {
  return xhr.status === 403 && xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") ? xhr.responseText : "";
}

function sentence(status) {
  if (status === 401 || status === 403) return "You may not do that here. Nothing was changed and nothing was charged.";
  if (status === 404) return "That is gone, or was never yours. Nothing was changed and nothing was charged.";
  if (status === 413) return "That is too large. Nothing was stored and nothing was charged.";
  if (status === 429) return "Too many requests at once. Nothing was charged; try again in a minute.";
  return "Something failed on our side. If an edit was started, it is charged only if a picture arrives. Reload to see.";
}
