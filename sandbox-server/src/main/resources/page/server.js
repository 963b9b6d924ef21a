import { host, lastJobs, meters } from "./api.js";
import { count, element, fault, made } from "./dom.js";
import { buckets, parse, quantile, sum } from "./metrics.js";
import { draw } from "./plot.js";
import { duration } from "./units.js";

/** Between two looks, and how many of them the plots hold: five minutes. */
const PERIOD_MILLIS = 2000;
const ROOM = 150;

const HASH = "#server";
const NANOS = 1e9;
const STATUS = { ok: "Works", degraded: "Works in part", missing: "Missing" };

const queue = { queued: [], running: [] };
const throughput = [];
const latency = { median: [], most: [] };
let before = null;
let timer = 0;

function keep(values, value) {
  values.push(value);
  if (values.length > ROOM) {
    values.shift();
  }
}

/** What one look at the meters adds to the plots. */
function look(text) {
  const samples = parse(text);
  const now = {
    at: performance.now(),
    ended: sum(samples, "stockade_jobs_ended_total"),
    total: buckets(samples, "stockade_job_stage_seconds", { stage: "total" }),
  };
  const workers = sum(samples, "stockade_workers");
  keep(queue.queued, sum(samples, "stockade_jobs_queued"));
  keep(queue.running, sum(samples, "stockade_jobs_running"));
  // a server that was started anew has begun to count anew
  const ended = before === null ? null : Math.max(0, now.ended - before.ended);
  const rate = ended === null ? null : ended / ((now.at - before.at) / 1000);
  keep(throughput, rate);
  keep(latency.median, before === null ? null : quantile(before.total, now.total, 0.5));
  keep(latency.most, before === null ? null : quantile(before.total, now.total, 0.95));
  before = now;
  plots(workers, rate);
}

const inWords = (seconds) => duration(seconds * NANOS);

const tenths = (number) => count(Number(number.toFixed(1)));

/** Draws a plot, and says in words what its top is. */
function plot(id, lines, show) {
  const most = draw(element(id), lines, ROOM);
  element(id).querySelector(".most").textContent = most === null ? "–" : show(most);
}

function plots(workers, rate) {
  plot("queue-plot", [queue.running, queue.queued], count);
  element("queue-text").textContent =
    `${count(queue.running.at(-1))} of ${count(workers)} workers at a job, ${count(queue.queued.at(-1))} jobs wait.`;
  plot("rate-plot", [throughput], tenths);
  element("rate-text").textContent = rate === null ? "–" : `${tenths(rate)} jobs ended in a second.`;
  plot("latency-plot", [latency.median, latency.most], inWords);
  const [median, most] = [latency.median.at(-1), latency.most.at(-1)];
  element("latency-text").textContent =
    median === null
      ? "No job ended since the last look."
      : `Half of the jobs within ${inWords(median)}, 95 of 100 within ${inWords(most)}.`;
}

function took({ createdAt, finishedAt }) {
  return finishedAt === null ? "–" : duration((new Date(finishedAt) - new Date(createdAt)) * 1e6);
}

function jobs(list) {
  element("jobs-empty").hidden = list.length > 0;
  element("last-jobs").replaceChildren(
    ...list.map((job) => {
      const row = made("tr");
      row.append(
        made("td", new Date(job.createdAt).toLocaleTimeString()),
        made("td", job.language ?? "–"),
        made("td", job.verdict ?? job.state),
        made("td", took(job)),
        made("td", job.id, "id"),
      );
      return row;
    }),
  );
}

function report({ ready: able, user, findings }) {
  element("host-said").textContent = able
    ? `For ${user.name} (uid ${user.uid}): the default policy runs here with nothing degraded.`
    : `For ${user.name} (uid ${user.uid}): something that the default policy needs is missing.`;
  element("findings").replaceChildren(
    ...findings.map(({ feature, status, needed, reason, fix }) => {
      const item = made("li", "", { ok: "holds", degraded: "partly", missing: "lacking" }[status]);
      item.append(made("p", `${feature}: ${STATUS[status].toLowerCase()}${needed ? "" : " (not needed)"}; ${reason}.`));
      if (fix !== null) {
        const mend = made("p", "What mends it: ", "serves");
        mend.append(made("code", fix));
        item.append(mend);
      }
      return item;
    }),
  );
}

const isShown = () => location.hash === HASH;

async function lookAgain() {
  clearTimeout(timer);
  if (!isShown()) {
    return;
  }
  if (!document.hidden) {
    try {
      const [text, list] = await Promise.all([meters(), lastJobs()]);
      look(text);
      jobs(list);
      fault("server", "");
    } catch (refusal) {
      before = null; // what was counted meanwhile is nobody's rate
      fault("server", refusal.message);
    }
  }
  clearTimeout(timer);
  timer = setTimeout(lookAgain, PERIOD_MILLIS);
}

async function lookAtHost() {
  try {
    report(await host());
    fault("host", "");
  } catch (refusal) {
    fault("host", refusal.message);
  }
}

/** Shows the view that the address names. */
export function route() {
  const shown = isShown();
  element("server").hidden = !shown;
  element("work").hidden = shown;
  for (const [id, current] of [["to-server", shown], ["to-program", !shown]]) {
    if (current) {
      element(id).setAttribute("aria-current", "page");
    } else {
      element(id).removeAttribute("aria-current");
    }
  }
  if (shown) {
    lookAgain();
    lookAtHost();
  }
}
