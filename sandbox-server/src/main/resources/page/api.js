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

async function ask(path, method = "GET") {
  const headers = token() === null ? {} : { Authorization: `Bearer ${token()}` };
  let answer;
  try {
    answer = await fetch(path, { method, headers, cache: "no-store" });
  } catch {
    throw new Refusal(null);
  }
  const body = await answer.json().catch(() => ({ detail: `The server answered ${answer.status}.` }));
  if (!answer.ok) {
    throw new Refusal({ ...body, status: answer.status });
  }
  return body;
}

export const languages = async () => (await ask("/v1/languages")).languages;

export const cancel = (job) => ask(`/v1/jobs/${encodeURIComponent(job)}`, "DELETE");

/** What protects the host from a run. @param limits as a job asks for them */
export function explanation(policy, limits) {
  const query = new URLSearchParams(Object.entries(limits).map(([name, text]) => [`limits.${name}`, text]));
  return ask(`/v1/policies/${encodeURIComponent(policy)}/explanation?${query}`);
}
