const LINE = /^(\w+)(?:\{(.*)\})? ([-+.\w]+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** The samples of a text in Prometheus's format: `name`, `labels`, `value`. */
export function parse(text) {
  const samples = [];
  for (const line of text.split("\n")) {
    const parts = LINE.exec(line);
    if (parts !== null) {
      const labels = Object.fromEntries([...(parts[2] ?? "").matchAll(LABEL)].map(([, key, value]) => [key, value]));
      samples.push({ name: parts[1], labels, value: Number(parts[3].replace("Inf", "Infinity")) });
    }
  }
  return samples;
}

const these = (samples, name, labels) =>
  samples.filter(
    (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
  );

/** The sum of all samples of a name, with these labels; 0 when there is none. */
export const sum = (samples, name, labels = {}) =>
  these(samples, name, labels).reduce((all, { value }) => all + value, 0);

/** Upper bounds of a histogram with how many samples are at most so large, in their order. */
export const buckets = (samples, name, labels) =>
  these(samples, `${name}_bucket`, labels)
    .map(({ labels: { le }, value }) => ({ bound: Number(le.replace("+Inf", "Infinity")), count: value }))
    .sort((a, b) => a.bound - b.bound);

/**
 * The bound below which a share of the samples lies that came between two looks at a histogram,
 * interpolated within its bucket; null when none came.
 */
export function quantile(before, after, share) {
  const came = after.map(({ bound, count }, i) => ({ bound, count: count - (before[i]?.count ?? 0) }));
  const all = came.at(-1)?.count ?? 0;
  if (all <= 0) {
    return null;
  }
  const at = came.findIndex(({ count }) => count >= share * all);
  const low = came[at - 1] ?? { bound: 0, count: 0 };
  const { bound, count } = came[at];
  return bound === Infinity ? low.bound : low.bound + ((bound - low.bound) * (share * all - low.count)) / (count - low.count);
}
