import { diff } from "./diff.js";
import { count, element, made } from "./dom.js";
import * as result from "./result.js";
import { duration, size } from "./units.js";

/** Characters of one text that are put into the page. */
const MOST_SHOWN = 20_000;

const SIGNS = { same: "  ", missing: "− ", extra: "+ " };
const WORDS = {
  ACCEPTED: "Right.",
  WRONG_ANSWER: "Wrong: not the expected output.",
  PRESENTATION_ERROR: "Wrong: the right words, but not in the right lines.",
};

function used({ usage }) {
  const parts = [];
  if (usage.cpuTimeNanos !== null) {
    parts.push(`${duration(usage.cpuTimeNanos)} of CPU time`);
  }
  parts.push(`${duration(usage.wallTimeNanos)} in all`);
  if (usage.memoryPeakBytes !== null) {
    parts.push(size(usage.memoryPeakBytes));
  }
  return parts.join(", ");
}

function compared(expected, ran) {
  if (ran.stdoutEncoding === "base64") {
    return [made("p", `It wrote ${size(ran.stdoutBytes)} that are not text.`)];
  }
  const { lines, cut } = diff(expected, ran.stdout);
  if (lines.length === 0) {
    return [made("p", "It wrote nothing.")];
  }
  const shown = made("pre", "", "diff");
  for (const { kind, text } of lines) {
    shown.append(made("span", `${SIGNS[kind]}${text.slice(0, MOST_SHOWN)}\n`, kind));
  }
  const notes = ["− was expected and did not come, + came and was not expected."];
  if (cut) {
    notes.push("Later lines are not shown.");
  }
  if (ran.stdoutTruncated) {
    notes.push(`Of the ${size(ran.stdoutBytes)} that it wrote only the beginning is compared here.`);
  }
  return [shown, made("p", notes.join(" "), "note")];
}

function outcome(test, i, { expected }) {
  const { verdict, result: ran } = test;
  const item = made("li", "", verdict === "ACCEPTED" ? "holds" : "lacking");
  const words = WORDS[verdict] ?? result.words({ state: "done", verdict, result: ran }, false);
  item.append(made("h4", `Test ${i + 1}: ${words}`));
  if (ran !== null) {
    item.append(made("p", used(ran), "note"));
    if (verdict !== "ACCEPTED") {
      item.append(...compared(expected, ran));
    }
    if (ran.stderr !== "" && ran.stderrEncoding === "utf-8") {
      item.append(made("p", "Standard error:"), made("pre", ran.stderr.slice(0, MOST_SHOWN)));
    }
  }
  return item;
}

const most = (tests, key) => {
  const known = tests.map(({ result: ran }) => ran?.usage[key]).filter((one) => typeof one === "number");
  return known.length === 0 ? null : Math.max(...known);
};

/** What came of tests, in words. */
export function words(tests) {
  const right = tests.filter(({ verdict }) => verdict === "ACCEPTED").length;
  return right === tests.length
    ? `Right in ${tests.length === 1 ? "the one test" : `all ${count(tests.length)} tests`}.`
    : `Right in ${count(right)} of ${count(tests.length)} tests.`;
}

/** Shows what came of each test, and the most that one of them used. @param asked the tests as entered */
export function show({ tests }, asked, limits) {
  element("judged-tests").replaceChildren(...tests.map((test, i) => outcome(test, i, asked[i])));
  const usage = Object.fromEntries(
    ["cpuTimeNanos", "wallTimeNanos", "memoryPeakBytes"].map((key) => [key, most(tests, key)]),
  );
  result.usage({ usage }, limits);
}

export const clear = () => element("judged-tests").replaceChildren();
