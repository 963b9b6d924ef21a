/** The element of an id that the page is sure to have. */
export function element(id) {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no ${id}`);
  }
  return found;
}

/** Says beside a control what is wrong with it; nothing when the words are empty. */
export function fault(id, words) {
  const place = element(`${id}-error`);
  if (place.textContent !== words) {
    place.textContent = words;
  }
  const control = document.getElementById(id);
  if (control !== null && control.matches("input, select, textarea")) {
    control.setAttribute("aria-invalid", String(words !== ""));
  }
}

/** A number in its locale's digits. */
export const count = (number) => number.toLocaleString("en");

/** A new element. */
export function made(tag, text = "", className = "") {
  const one = document.createElement(tag);
  one.textContent = text;
  one.className = className;
  return one;
}
