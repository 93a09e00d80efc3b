/** Buttons that copy what another element says, line by line: `data-copies` is its id. */
for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", async () => {
    const said = document.getElementById(button.dataset.copies).innerText.trim();
    try {
      await navigator.clipboard.writeText(said);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Could not copy: select them by hand";
    }
  });
}
