const COLONS = /^(?:\.\/)?[\w./-]+\.\w+:(\d+)(?::(\d+))?:\s+(?:(fatal error|error|warning|note):\s+)?(.+)$/;
const RUST_HEAD = /^(error|warning)(?:\[\w+\])?: (.+)$/;
const RUST_PLACE = /^\s*--> [\w./-]+:(\d+):(\d+)$/;
const SHELL = /^[\w./-]*main\.\w+: line (\d+): (.+)$/;
const PYTHON_PLACE = /^\s*File "[^"]*\bmain\.py", line (\d+)/;
const NODE_PLACE = /^[\w./:-]*\bmain\.\w+:(\d+)$/;
const THROWN = /^(?:Uncaught )?\w*(?:Error|Exception|Exit|Interrupt)\b.*$/;

/** Most places of one run, and characters that they are looked for in: half of them at each end. */
const MOST = 100;
const MOST_READ = 100_000;

const severityOf = (word) => (word === "warning" ? "warning" : word === "note" ? "info" : "error");

const ends = (text) =>
  text.length > MOST_READ ? `${text.slice(0, MOST_READ / 2)}\n${text.slice(-MOST_READ / 2)}` : text;

/** Places of the source that gcc, g++, javac, go, rustc, Python, Node or Bash name. */
export function diagnostics(text) {
  const places = [];
  let head = null;
  let traced = null;
  for (const line of ends(text).split("\n")) {
    const colons = COLONS.exec(line);
    const rust = RUST_PLACE.exec(line);
    const shell = SHELL.exec(line);
    const trace = PYTHON_PLACE.exec(line) ?? NODE_PLACE.exec(line);
    if (colons !== null) {
      const [, at, column, word, message] = colons;
      places.push({ line: Number(at), column: column ? Number(column) : null, severity: severityOf(word), message });
    } else if (rust !== null && head !== null) {
      places.push({ line: Number(rust[1]), column: Number(rust[2]), ...head });
      head = null;
    } else if (RUST_HEAD.test(line)) {
      const [, word, message] = RUST_HEAD.exec(line);
      head = { severity: severityOf(word), message };
    } else if (shell !== null) {
      places.push({ line: Number(shell[1]), column: null, severity: "error", message: shell[2] });
    } else if (trace !== null) {
      traced = Number(trace[1]); // the innermost comes last
    } else if (traced !== null && THROWN.test(line)) {
      places.push({ line: traced, column: null, severity: "error", message: line });
      traced = null;
    }
    if (places.length >= MOST) {
      break;
    }
  }
  return places;
}
