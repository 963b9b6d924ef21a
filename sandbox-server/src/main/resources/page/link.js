const PREFIX = "#program=";

/** The longest program that a link is unpacked to, in bytes. */
const LONGEST = 2 << 20;

const through = (bytes, stream) => new Blob([bytes]).stream().pipeThrough(stream);

/** The longest that a link packs it into, in bytes; browsers take addresses of 2 MiB. */
const LONGEST_PACKED = 1 << 20;

/** The fragment of a link to a program: it is never sent to any server. Null when it is too long. */
export async function toFragment(program) {
  const plain = new TextEncoder().encode(JSON.stringify(program));
  if (plain.length > LONGEST) {
    return null;
  }
  const packed = through(plain, new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  if (bytes.length > LONGEST_PACKED) {
    return null;
  }
  let binary = "";
  for (const byte of bytes) {
    binary += String.fromCharCode(byte);
  }
  return PREFIX + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const areTests = (tests) =>
  Array.isArray(tests) &&
  tests.every((test) => typeof test?.stdin === "string" && typeof test.expected === "string");

/** The program of a link; null when the fragment is none. Throws when it is broken. */
export async function fromFragment(fragment) {
  if (!fragment.startsWith(PREFIX)) {
    return null;
  }
  const binary = atob(fragment.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (one) => one.charCodeAt(0));
  const reader = through(bytes, new DecompressionStream("deflate-raw")).getReader();
  const pieces = [];
  let length = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    pieces.push(piece.value);
    length += piece.value.length;
    if (length > LONGEST) {
      throw new Error("too long");
    }
  }
  const { language, source, stdin = "", limits = {}, tests = [] } = JSON.parse(await new Blob(pieces).text());
  if (typeof language !== "string" || typeof source !== "string" || typeof stdin !== "string" || !areTests(tests)) {
    throw new Error("not a program");
  }
  return { language, source, stdin, limits, tests };
}
