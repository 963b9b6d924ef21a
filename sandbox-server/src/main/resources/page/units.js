const NANOS = { h: 3_600_000_000_000, m: 60_000_000_000, s: 1_000_000_000, ms: 1_000_000, us: 1_000, ns: 1 };
const BYTES = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
const DURATION = /^(?=.)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?(?:(\d+)us)?(?:(\d+)ns)?$/;
const SIZE = /^(\d+)((?:[KMGT]i?)?B)$/;

/** Nanoseconds of a duration such as 1m30s or 500ms; null when it is none. */
export function parseDuration(text) {
  const parts = DURATION.exec(text);
  return parts === null
    ? null
    : Object.values(NANOS).reduce((sum, unit, i) => sum + unit * Number(parts[i + 1] ?? 0), 0);
}

/** Bytes of a size such as 256MiB; null when it is none. */
export function parseSize(text) {
  const parts = SIZE.exec(text);
  return parts === null ? null : Number(parts[1]) * BYTES[parts[2]];
}

/** A duration for people, with three digits. */
export function duration(nanos) {
  const [unit, size] = Object.entries({ s: NANOS.s, ms: NANOS.ms, µs: NANOS.us, ns: 1 }).find(
    ([, one]) => nanos >= one,
  ) ?? ["s", NANOS.s];
  return `${Number((nanos / size).toPrecision(3))} ${unit}`;
}

/** A size for people, with three digits. */
export function size(bytes) {
  const [unit, one] = Object.entries({ GiB: BYTES.GiB, MiB: BYTES.MiB, KiB: BYTES.KiB }).find(
    ([, least]) => bytes >= least,
  ) ?? ["bytes", 1];
  return `${Number((bytes / one).toPrecision(3))} ${unit}`;
}
