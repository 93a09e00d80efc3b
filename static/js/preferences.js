/** Preferences live in cookies, so that the server draws the page right the first time and nothing flickers. */

const YEAR = 365 * 24 * 3600;

/** Keep a preference and show it as an attribute of the page; null forgets it. */
export function prefer(name, value) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  const age = value === null ? 0 : YEAR;
  document.cookie = `${name}=${value ?? ""}; path=/; max-age=${age}; samesite=lax${secure}`;
  if (value === null) document.documentElement.removeAttribute(`data-${name}`);
  else document.documentElement.setAttribute(`data-${name}`, value);
}

/** Tell a preference, or null. */
export function preferred(name) {
  return document.documentElement.getAttribute(`data-${name}`);
}
