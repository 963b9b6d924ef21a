import { StreamLanguage } from "@codemirror/language";

const KEYWORDS = new Set(
  "if then elif else fi for while until select in do done case esac function time break continue return exit".split(" "),
);
const BUILTINS = new Set(
  "cd echo eval exec export local printf read readonly set shift source test trap unset".split(" "),
);

/** Behind a backslash the next character is itself; what is open at a line's end goes on in the next. */
function quoted(stream, state) {
  while (!stream.eol()) {
    const one = stream.next();
    if (one === "\\" && state.quote === '"') {
      stream.next();
    } else if (one === state.quote) {
      state.quote = null;
      break;
    }
  }
  return "string";
}

function token(stream, state) {
  if (state.quote !== null) {
    return quoted(stream, state);
  }
  if (stream.eatSpace()) {
    return null;
  }
  if (stream.peek() === "#" && (stream.sol() || /\s/.test(stream.string[stream.pos - 1]))) {
    stream.skipToEnd();
    return "comment";
  }
  if (stream.match(/^\\./) || stream.match(/^\$(\w+|[#?$!@*-]|\{[^}]*\})/)) {
    return stream.current().startsWith("$") ? "className" : null;
  }
  const one = stream.next();
  if (one === "'" || one === '"') {
    state.quote = one;
    return quoted(stream, state);
  }
  if (!/\w/.test(one)) {
    return null;
  }
  stream.eatWhile(/[\w-]/);
  const word = stream.current();
  if (KEYWORDS.has(word) || BUILTINS.has(word)) {
    return "keyword";
  }
  return /^\d+$/.test(word) ? "number" : null;
}

/** Words, strings and comments of a shell script: as much as colours need. */
export const bash = () =>
  StreamLanguage.define({
    name: "bash",
    startState: () => ({ quote: null }),
    token,
    languageData: { commentTokens: { line: "#" } },
  });
