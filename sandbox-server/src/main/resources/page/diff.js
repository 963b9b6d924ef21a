/** Lines of each text that are compared; what comes later is not shown. */
const MOST_LINES = 500;

const linesOf = (text) => {
  const lines = text.split("\n").map((line) => line.trimEnd());
  while (lines.at(-1) === "") {
    lines.pop();
  }
  return lines;
};

/** Lengths of the longest common subsequences of all ends of two lists of lines. */
function commonOfEnds(left, right) {
  const lengths = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      lengths[i][j] =
        left[i] === right[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}

/**
 * Compares an output with the expected one by lines, without the blanks at their ends.
 *
 * @returns lines: `kind` ("same", "missing", "extra") and `text`; `cut` when there is more than is compared
 */
export function diff(expected, actual) {
  const [allLeft, allRight] = [linesOf(expected), linesOf(actual)];
  const [left, right] = [allLeft.slice(0, MOST_LINES), allRight.slice(0, MOST_LINES)];
  const common = commonOfEnds(left, right);
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      lines.push({ kind: "same", text: left[i] });
      i++;
      j++;
    } else if (j >= right.length || (i < left.length && common[i + 1][j] >= common[i][j + 1])) {
      lines.push({ kind: "missing", text: left[i++] });
    } else {
      lines.push({ kind: "extra", text: right[j++] });
    }
  }
  return { lines, cut: allLeft.length > MOST_LINES || allRight.length > MOST_LINES };
}
