const DRAFT = "stockade.draft";
const RUNS = "stockade.runs";

/** Runs that are remembered, and what all of them have together, in characters; browsers keep some 5 million. */
const MOST_RUNS = 20;
const ROOM = 2_000_000;

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

/** Keeps a run, and of the earlier ones as many as there is room for. @returns whether it is kept */
export function keepRun(run) {
  let length = 0;
  const kept = [run, ...runs()].slice(0, MOST_RUNS).filter((one) => (length += JSON.stringify(one).length) <= ROOM);
  while (kept.includes(run) && !write(RUNS, kept)) {
    kept.pop();
  }
  return kept.includes(run);
}

export const forgetRuns = () => localStorage.removeItem(RUNS);
