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

/** The answer to a request; throws a Refusal when it is a problem, or when there is none. */
async function answer(path, method = "GET", body = undefined) {
  const headers = token() === null ? {} : { Authorization: `Bearer ${token()}` };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  let came;
  try {
    came = await fetch(path, { method, headers, body, cache: "no-store" });
  } catch {
    throw new Refusal(null);
  }
  if (!came.ok) {
    const problem = await came.json().catch(() => ({ detail: `The server answered ${came.status}.` }));
    throw new Refusal({ ...problem, status: came.status });
  }
  return came;
}

const ask = async (...request) => (await answer(...request)).json();

export const languages = async () => (await ask("/v1/languages")).languages;

/** Has a job done that the server goes on with whatever becomes of this page. @param text of the job */
export const submit = (text) => ask("/v1/jobs", "POST", text);

/** A job, once it has ended or ten seconds are over. */
export const wait = (job) => ask(`/v1/jobs/${encodeURIComponent(job)}?wait=10s`);

export const cancel = (job) => ask(`/v1/jobs/${encodeURIComponent(job)}`, "DELETE");

/** What protects the host from a run. @param limits as a job asks for them */
export function explanation(policy, limits) {
  const query = new URLSearchParams(Object.entries(limits).map(([name, text]) => [`limits.${name}`, text]));
  return ask(`/v1/policies/${encodeURIComponent(policy)}/explanation?${query}`);
}

/** What the server has counted, in the text format of Prometheus. */
export const meters = async () => (await answer("/metrics")).text();

/** What the server's host gives, as `stockade doctor` tells it. */
export const host = () => ask("/v1/host");

/** Newest first. */
export const lastJobs = async () => (await ask("/v1/jobs?limit=10")).jobs;
