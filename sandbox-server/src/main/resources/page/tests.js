import { element, fault } from "./dom.js";

/** Most tests of one program on this page. */
export const MOST = 100;

const FIELD = /^tests\[(\d+)\]/;

const rows = () => [...element("test-rows").children];

function changed() {
  rows().forEach((row, i) => {
    row.querySelector("legend").textContent = `Test ${i + 1}`;
    row.querySelector("button").setAttribute("aria-label", `Remove test ${i + 1}`);
  });
  element("add-test").disabled = rows().length >= MOST;
  element("program").dispatchEvent(new Event("input"));
}

function add({ stdin, expected }) {
  const row = element("test-row").content.cloneNode(true).firstElementChild;
  const [input, output] = row.querySelectorAll("textarea");
  input.value = stdin;
  output.value = expected;
  row.querySelector("button").addEventListener("click", () => {
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    changed();
    (next?.querySelector("textarea") ?? element("add-test")).focus();
  });
  element("test-rows").append(row);
  return row;
}

/** What is entered: `stdin` and `expected` of each test. */
export function typed() {
  return rows().map((row) => {
    const [input, output] = row.querySelectorAll("textarea");
    return { stdin: input.value, expected: output.value };
  });
}

export function fill(tests) {
  element("test-rows").replaceChildren();
  tests.slice(0, MOST).forEach(add);
  if (tests.length > 0) {
    element("tests").open = true;
  }
  changed();
}

export function noFaults() {
  fault("tests", "");
  rows().forEach((row) => mark(row, ""));
}

function mark(row, words) {
  row.querySelector(".fault").textContent = words;
  row.querySelectorAll("textarea").forEach((area) => area.setAttribute("aria-invalid", String(words !== "")));
}

/** Says beside a test what is wrong with it. @returns whether the field is one of a test */
export function refuse(field, message) {
  const row = rows()[FIELD.exec(field)?.[1] ?? -1];
  if (row !== undefined) {
    mark(row, message);
  }
  return row !== undefined;
}

element("add-test").addEventListener("click", () => {
  const row = add({ stdin: "", expected: "" });
  changed();
  row.querySelector("textarea").focus();
});
