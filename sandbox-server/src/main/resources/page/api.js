const TOKEN = "stockade.token";

/** An answer of the server that is a problem, or no answer at all. */
export class Refusal extends Error {
  /** @param problem as RFC 9457 has it; null when the server did not answer */
  constructor(problem) {
    super(problem?.detail ?? "The server does not answer. Is it still running?");
    this.status = problem?.status ?? 0;
    this.errors = problem?.errors ?? [];
  }
}

export const token = () => sessionStorage.getItem(TOKEN);

/** Keeps a token for as long as this tab is open. */
export const useToken = (text) => sessionStorage.setItem(TOKEN, text);

/** How long an answer is waited for: three times what the server may take for one. */
const ANSWER_MILLIS = 30_000;

/** The same for a job with its tests, which the network may be slow to take. */
const UPLOAD_MILLIS = 300_000;

const asJson = (came) => came.json();
const asText = (came) => came.text();

/** The answer to a request; throws a Refusal when it is a problem, or when there is none. */
async function ask(path, { method = "GET", body, read = asJson, millis = ANSWER_MILLIS } = {}) {
  const headers = token() === null ? {} : { Authorization: `Bearer ${token()}` };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  let came;
  let content;
  try {
    const signal = AbortSignal.timeout(millis);
    came = await fetch(path, { method, headers, body, cache: "no-store", signal });
    content = came.ok ? await read(came) : await came.text();
  } catch {
    throw new Refusal(null);
  }
  if (!came.ok) {
    throw new Refusal({ ...problem(content, came.status), status: came.status });
  }
  return content;
}

function problem(text, status) {
  try {
    return JSON.parse(text);
  } catch {
    return { detail: `The server answered ${status}.` }; // somebody between us and it has
  }
}

export const languages = async () => (await ask("/v1/languages")).languages;

/** Has a job done that the server goes on with whatever becomes of this page. @param text of the job */
export const submit = (text) => ask("/v1/jobs", { method: "POST", body: text, millis: UPLOAD_MILLIS });

/** A job, once it has ended or ten seconds are over. */
export const wait = (job) => ask(`/v1/jobs/${encodeURIComponent(job)}?wait=10s`);

export const cancel = (job) => ask(`/v1/jobs/${encodeURIComponent(job)}`, { method: "DELETE" });

/** What protects the host from a run. @param limits as a job asks for them */
export function explanation(policy, limits) {
  const query = new URLSearchParams(Object.entries(limits).map(([name, text]) => [`limits.${name}`, text]));
  return ask(`/v1/policies/${encodeURIComponent(policy)}/explanation?${query}`);
}

/** What the server has counted, in the text format of Prometheus. */
export const meters = () => ask("/metrics", { read: asText });

/** Throws a Refusal when the server does not answer any more. */
export async function alive() {
  try {
    await ask("/livez");
  } catch (refusal) {
    if (refusal.status === 0) {
      throw refusal;
    }
  }
}

/** What the server's host gives, as `stockade doctor` tells it. */
export const host = () => ask("/v1/host");

/** Newest first. */
export const lastJobs = async () => (await ask("/v1/jobs?limit=10")).jobs;
