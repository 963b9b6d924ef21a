const DRAFT = "stockade.draft";
const RUNS = "stockade.runs";

/** Runs that are remembered, and the longest among them, in characters. */
const MOST_RUNS = 20;
const LONGEST = 50_000;

function read(key, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise; // somebody else has written there, or the browser keeps nothing
  }
}

/** @returns whether the browser has kept it */
function write(key, value) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false; // full, or forbidden
  }
}

/** What is typed: `language`, `sources` by language, `stdin`, `limits`, `tests`. */
export const draft = () => ({ language: null, sources: {}, stdin: "", limits: {}, tests: [], ...read(DRAFT, {}) });

export const keepDraft = (value) => write(DRAFT, value);

/** Newest first: `at` (milliseconds), `language`, `source`, `stdin`, `limits`, `tests`, `verdict`. */
export const runs = () => read(RUNS, []);

export const keepRun = (run) =>
  JSON.stringify(run).length > LONGEST || write(RUNS, [run, ...runs()].slice(0, MOST_RUNS));

export const forgetRuns = () => localStorage.removeItem(RUNS);
