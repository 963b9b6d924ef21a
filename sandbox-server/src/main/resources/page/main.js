import { Refusal, cancel, languages, submit, token, useToken, wait } from "./api.js";
import { diagnostics } from "./diagnostics.js";
import { element, fault } from "./dom.js";
import * as judged from "./judged.js";
import * as limits from "./limits.js";
import { fromFragment, toFragment } from "./link.js";
import { Output } from "./output.js";
import * as past from "./past.js";
import { Program } from "./program.js";
import * as protection from "./protection.js";
import * as result from "./result.js";
import * as server from "./server.js";
import { MESSAGE_BYTES, run } from "./session.js";
import * as tests from "./tests.js";
import { size } from "./units.js";

/** Where a fault of the request is shown, by the beginning of its field. */
const PLACES = [
  ["limits.cpuTime", "cpuTime"],
  ["limits.wallTime", "wallTime"],
  ["limits.memory", "memory"],
  ["limits.output", "output"],
  ["language", "language"],
  ["source", "source"],
  ["stdin", "stdin"],
];

/** Until the server is asked again, when it did not answer. */
const RETRY_MILLIS = 3000;

/** Where the result is below the program: page.css. */
const ONE_COLUMN = "(max-width: 59.99rem)";

const program = new Program(start);
const outputs = [new Output("stdout"), new Output("stderr")];
let running = false;
let job = null;
let stopped = false;

function busy(is) {
  running = is;
  element("run").disabled = is || program.language === undefined;
  element("judge").disabled = element("run").disabled;
  element("stop").disabled = true;
}

function askForToken(words) {
  element("access").hidden = false;
  fault("token", words);
  element("token").focus();
}

/** Shows what the server refused beside the control at fault. @param content what was sent */
function refused(refusal, content) {
  if (!(refusal instanceof Refusal)) {
    throw refusal;
  }
  result.say("Not run.", "bad");
  if (refusal.status === 401) {
    askForToken(token() === null ? "" : "The server does not know this token.");
    return;
  }
  if (refusal.status === 413) {
    if (JSON.stringify(content.tests).length > content.source.length) {
      fault("tests", `Too much in the tests: ${refusal.message}`);
    } else {
      fault("source", `Too much source: ${refusal.message}`);
    }
    return;
  }
  const elsewhere = [];
  for (const { field, message } of refusal.errors) {
    const place = PLACES.find(([beginning]) => field.startsWith(beginning));
    if (tests.refuse(field, message)) {
      continue;
    }
    if (place === undefined) {
      elsewhere.push(`${field}: ${message}`);
    } else {
      fault(place[1], message);
    }
  }
  fault("run", refusal.errors.length === 0 ? refusal.message : elsewhere.join("; "));
}

/** Says what is wrong before anything is sent. @returns whether nothing is */
function check() {
  for (const id of ["language", "source", "stdin", "run"]) {
    fault(id, "");
  }
  tests.noFaults();
  return limits.check(program.language);
}

/** The first message of a session; null when something is wrong, which is said. */
function request(content) {
  const right = check();
  const { language, source } = content;
  const text = JSON.stringify({ language, source, limits: content.limits });
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MESSAGE_BYTES) {
    fault("source", `Too much source: it is ${size(bytes)}, and the server takes ${size(MESSAGE_BYTES)}.`);
    return null;
  }
  return right ? text : null;
}

/** @param output id of what will show the program's output */
function begin(output) {
  busy(true);
  job = null;
  stopped = false;
  outputs.forEach((output) => output.clear());
  result.noUsage();
  result.compiler(null, output);
  judged.clear();
  result.say("Waiting for the server …");
  program.mark([]);
  if (matchMedia(ONE_COLUMN).matches) {
    element("result").scrollIntoView();
  }
}

function accepted(id) {
  job = id;
  element("stop").disabled = false;
  result.say("Running …");
}

async function start() {
  if (running || program.language === undefined) {
    return;
  }
  const content = program.content;
  const text = request(content);
  if (text === null) {
    result.say("Not run: see what is marked.", "bad");
    return;
  }
  begin("streams");
  protection.of(program.language, content.limits);
  const inForce = limits.inForce(program.language, content.limits);
  try {
    const done = await run(text, content.stdin, {
      accepted,
      output: (stream, bytes) => outputs[stream - 1].add(bytes),
    });
    finished(done, inForce);
    past.remember(content, done.verdict ?? done.state);
    past.list(again);
  } catch (refusal) {
    outputs.forEach((output) => output.end("utf-8", false));
    refused(refusal, content);
  } finally {
    busy(false);
  }
}

function finished(done, inForce) {
  const { compile, result: ran } = done;
  result.compiler(compile, "streams");
  result.say(result.words(done, stopped), done.verdict === "OK" ? "good" : "bad");
  outputs[0].end(ran?.stdoutEncoding, ran?.stdoutTruncated);
  outputs[1].end(ran?.stderrEncoding, ran?.stderrTruncated);
  if (ran) {
    result.usage(ran, inForce);
  }
  // Of a compiled program the lines are the compiler's to name, of another its interpreter's.
  program.mark(diagnostics(compile ? `${compile.stderr}\n${compile.stdout}` : ran?.stderr ?? ""));
}

/** How much of each test's output comes back: all tests together may have 16 MiB. */
const keptOutput = (all) => (all.length <= 50 ? "64KiB" : "32KiB");

async function judge() {
  const content = program.content;
  if (running || program.language === undefined) {
    return;
  }
  const right = check();
  if (content.tests.length === 0) {
    fault("tests", "Add a test first.");
  }
  if (!right || content.tests.length === 0) {
    result.say("Not run: see what is marked.", "bad");
    return;
  }
  begin("judged");
  protection.of(program.language, content.limits);
  const { language, source, tests: entered } = content;
  const inForce = limits.inForce(program.language, content.limits);
  try {
    const text = { language, source, limits: content.limits, tests: entered, keepOutput: keptOutput(entered) };
    accepted((await submit(JSON.stringify(text))).id);
    let done = await wait(job);
    while (done.state === "queued" || done.state === "running") {
      done = await wait(job);
    }
    if (done.error !== null) {
      throw new Refusal(done.error);
    }
    finishedTests(done, entered, inForce);
    past.remember(content, done.verdict ?? done.state);
    past.list(again);
  } catch (refusal) {
    refused(refusal, content);
  } finally {
    busy(false);
  }
}

function finishedTests(done, entered, inForce) {
  const { compile, judgement } = done;
  result.compiler(compile, "judged");
  if (compile !== null) {
    program.mark(diagnostics(`${compile.stderr}\n${compile.stdout}`));
  }
  if (judgement === null) {
    result.say(result.words(done, stopped), "bad");
    return;
  }
  judged.show(judgement, entered, inForce);
  result.say(judged.words(judgement.tests), done.verdict === "ACCEPTED" ? "good" : "bad");
}

async function stop() {
  stopped = true;
  element("stop").disabled = true;
  try {
    await cancel(job);
  } catch (refusal) {
    fault("run", refusal.message);
  }
}

async function share() {
  const fragment = await toFragment(program.content);
  if (fragment === null) {
    element("share-said").textContent = "Too long for a link. A file is the better way to hand it on.";
    return;
  }
  history.replaceState(null, "", fragment);
  element("link").hidden = false;
  element("link-text").value = location.href;
  try {
    await navigator.clipboard.writeText(location.href);
    element("share-said").textContent = "The link is copied. The program is in the link itself; no server keeps it.";
  } catch {
    element("link-text").select(); // the browser lets pages copy on secure origins only
    element("share-said").textContent = "Copy the link. The program is in the link itself; no server keeps it.";
  }
}

/** Shows a program of a link or an earlier run; what is there is remembered first. */
async function again(content) {
  if (program.wouldLoseFor(content) && !past.knows(program.content)) {
    if (!past.remember(program.content, "not run")) {
      fault("source", "The other program is not shown: what you typed would be lost, for this browser has no room to remember it.");
      return;
    }
    past.list(again);
  }
  if (!(await program.replace(content))) {
    fault("language", `This server cannot run ${content.language}.`);
  }
}

async function openLink() {
  try {
    const content = await fromFragment(location.hash);
    if (content !== null) {
      await again(content);
    }
  } catch {
    fault("source", "The program of this link cannot be read: the link is not whole.");
  }
}

async function connect() {
  try {
    await program.offer(await languages());
    if (program.language !== undefined) {
      protection.of(program.language, {});
    }
    element("access").hidden = true;
    fault("run", "");
    await openLink();
  } catch (refusal) {
    if (refusal.status === 401) {
      askForToken(token() === null ? "" : "The server does not know this token.");
    } else {
      fault("language", refusal.message);
      setTimeout(connect, RETRY_MILLIS);
    }
  }
  busy(false);
}

element("program").addEventListener("submit", (event) => {
  event.preventDefault();
  start();
});
element("program").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented) {
    event.preventDefault();
    start();
  }
});
element("access").addEventListener("submit", (event) => {
  event.preventDefault();
  useToken(element("token").value.trim());
  connect();
  server.route();
});
element("judge").addEventListener("click", judge);
element("stop").addEventListener("click", stop);
element("share").addEventListener("click", share);
element("forget").addEventListener("click", () => {
  past.forget();
  past.list(again);
});
addEventListener("hashchange", () => {
  server.route();
  openLink();
});
server.route();
past.list(again);
connect();
