import { element, fault } from "./dom.js";
import { duration, parseDuration, parseSize, size } from "./units.js";

const FIELDS = {
  cpuTime: { key: "cpuTimeNanos", parse: parseDuration, show: duration, example: "500ms or 2s" },
  wallTime: { key: "wallTimeNanos", parse: parseDuration, show: duration, example: "500ms or 2s" },
  memory: { key: "memoryBytes", parse: parseSize, show: size, example: "64MiB" },
  output: { key: "outputBytes", parse: parseSize, show: size, example: "1MiB" },
};

/** Says what a language's limits are when nothing is asked for, and the most that may be. */
export function describe({ limits, ceilings }) {
  for (const [id, { key, show }] of Object.entries(FIELDS)) {
    element(id).placeholder = show(limits[key]);
    element(`${id}-hint`).textContent = `at most ${show(ceilings[key])}`;
  }
}

export const typed = () =>
  Object.fromEntries(Object.keys(FIELDS).map((id) => [id, element(id).value.trim()]).filter(([, text]) => text !== ""));

export function fill(limits) {
  for (const id of Object.keys(FIELDS)) {
    element(id).value = limits?.[id] ?? "";
  }
}

function whatIsWrong({ key, parse, show, example }, text, ceilings) {
  if (text === "") {
    return "";
  }
  const value = parse(text);
  if (value === null || value <= 0) {
    return `Write it like ${example}.`;
  }
  return value > ceilings[key] ? `The most that this server allows is ${show(ceilings[key])}.` : "";
}

/** Says beside each limit what is wrong with it. @returns whether nothing is */
export function check({ ceilings }) {
  let right = true;
  for (const [id, field] of Object.entries(FIELDS)) {
    const wrong = whatIsWrong(field, element(id).value.trim(), ceilings);
    fault(id, wrong);
    right &&= wrong === "";
  }
  return right;
}

/** The limits of a run, as numbers: those asked for, else the language's. */
export function inForce({ limits }, asked) {
  const all = { ...limits };
  for (const [id, { key, parse }] of Object.entries(FIELDS)) {
    if (asked[id] !== undefined) {
      all[key] = parse(asked[id]);
    }
  }
  return all;
}
