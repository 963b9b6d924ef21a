import { element, fault } from "./dom.js";
import * as kept from "./kept.js";

const firstLine = (source) => source.split("\n").find((line) => line.trim() !== "")?.trim() ?? "(empty)";

/** Lists the runs of this browser. @param chosen called with the one that is to be shown again */
export function list(chosen) {
  const runs = kept.runs();
  element("history-empty").hidden = runs.length > 0;
  element("forget").hidden = runs.length === 0;
  element("runs").replaceChildren(
    ...runs.map((run) => {
      const button = document.createElement("button");
      button.type = "button";
      for (const [name, text] of [
        ["first", firstLine(run.source)],
        ["what", `${run.language}, ${run.verdict}, ${new Date(run.at).toLocaleString()}`],
      ]) {
        const part = document.createElement("span");
        part.className = name;
        part.textContent = text;
        button.append(part, " ");
      }
      button.addEventListener("click", () => chosen(run));
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
}

/** Remembers a program with what became of it. @returns whether the browser has room for it */
export function remember(program, verdict) {
  const done = kept.keepRun({ ...program, verdict, at: Date.now() });
  fault("history", done ? "" : "This browser has no room to remember this program.");
  return done;
}

/** Whether a program is among those remembered. */
export function knows(program) {
  const text = (one) => JSON.stringify([one.language, one.source, one.stdin, one.limits, one.tests ?? []]);
  return kept.runs().some((run) => text(run) === text(program));
}

export const forget = kept.forgetRuns;
