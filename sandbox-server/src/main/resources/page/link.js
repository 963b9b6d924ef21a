const PREFIX = "#program=";

/** The longest program that a link is unpacked to, in bytes. */
const LONGEST = 2 << 20;

const through = (bytes, stream) => new Blob([bytes]).stream().pipeThrough(stream);

/** The fragment of a link to a program: it is never sent to any server. */
export async function toFragment(program) {
  const packed = through(new TextEncoder().encode(JSON.stringify(program)), new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
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
