// On a phone the settings' list is one line that scrolls: the page that is open stands within it.
const here = document.querySelector(".settings-nav [aria-current]");
if (here) {
  const list = here.parentElement;
  list.scrollLeft = here.offsetLeft - list.offsetLeft - (list.clientWidth - here.offsetWidth) / 2;
}
