import { count, element } from "./dom.js";
import { duration, size } from "./units.js";

/** Characters of a compiler's output that are put into the page. */
const MOST_SAID = 100_000;

const LIMITS = { CPU_TIME_LIMIT: "CPU time", WALL_TIME_LIMIT: "wall time", MEMORY_LIMIT: "memory", OUTPUT_LIMIT: "output" };

/** What became of a job, in words. @param asked whether it was to be stopped */
export function words(job, asked) {
  if (job.state === "cancelled") {
    return asked ? "Stopped, as you asked." : "Cancelled before its end, by the server or by another client.";
  }
  if (job.verdict === "COMPILE_ERROR") {
    return "Not compiled: the compiler found something wrong.";
  }
  if (job.result === null) {
    return `Not run: ${job.verdict}.`;
  }
  const { verdict, exitCode, signal, evidence } = job.result;
  switch (verdict) {
    case "OK":
      return "Ended well, with exit status 0.";
    case "NONZERO_EXIT":
      return `Ended with exit status ${exitCode}.`;
    case "SIGNALED":
      return `Ended by signal ${signal}.`;
    case "SECURITY_VIOLATION":
      return `Ended: it made a system call that no honest program makes${evidence.deniedSyscall ? `, ${evidence.deniedSyscall}` : ""}.`;
    default:
      return `Ended: it went over its limit on ${LIMITS[verdict] ?? verdict}.`;
  }
}

/** Says how things stand; `kind` is "good", "bad" or "". */
export function say(text, kind = "") {
  const verdict = element("verdict");
  verdict.textContent = text;
  verdict.className = kind;
}

function bar(id, used, limit, unit) {
  const meter = element(id);
  const known = used !== null && used !== undefined;
  meter.max = limit;
  meter.high = limit * 0.9;
  meter.optimum = 0;
  meter.value = known ? Math.min(used, limit) : 0;
  element(`${id}-text`).textContent = known ? `${unit(used)} of ${unit(limit)}` : "not counted on this host";
}

/** Shows what a run used of its limits. */
export function usage(result, limits) {
  bar("cpu", result.usage.cpuTimeNanos, limits.cpuTimeNanos, duration);
  bar("wall", result.usage.wallTimeNanos, limits.wallTimeNanos, duration);
  bar("peak", result.usage.memoryPeakBytes, limits.memoryBytes, size);
}

export function noUsage() {
  for (const id of ["cpu", "wall", "peak"]) {
    element(id).value = 0;
    element(`${id}-text`).textContent = "–";
  }
}

/**
 * Shows what the compiler wrote, in place of the output when it failed; nothing when it was silent.
 *
 * @param output id of what shows the program's output
 */
export function compiler(run, output) {
  const text = run ? [run.stderr, run.stdout].filter(Boolean).join("\n") : "";
  const failed = run ? run.verdict !== "OK" : false;
  element("compiler").hidden = text === "" && !failed;
  element("compiler").classList.toggle("failed", failed);
  element("compiler-text").textContent =
    text.length > MOST_SAID ? `${text.slice(0, MOST_SAID)}\n… and ${count(text.length - MOST_SAID)} characters more` : text;
  for (const id of ["streams", "judged"]) {
    element(id).hidden = failed || id !== output;
  }
}
