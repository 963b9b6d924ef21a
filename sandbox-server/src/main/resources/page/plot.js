const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 320;
const HEIGHT = 96;

function shape(tag, attributes) {
  const one = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    one.setAttribute(name, value);
  }
  return one;
}

/** Pieces of a line: where nothing is known it is broken. */
function path(values, most, room) {
  const step = WIDTH / (room - 1);
  const from = room - values.length;
  let pen = "M";
  const parts = [];
  values.forEach((value, i) => {
    if (value === null) {
      pen = "M";
      return;
    }
    const y = HEIGHT - 1 - (value / most) * (HEIGHT - 2);
    parts.push(`${pen}${((from + i) * step).toFixed(1)} ${y.toFixed(1)}`);
    if (pen === "M") {
      parts.push("h0.1"); // a single point is seen as well
    }
    pen = "L";
  });
  return parts.join(" ");
}

/**
 * Draws lines over time, the newest at the right.
 *
 * @param lines values of each, null where nothing is known
 * @param room how many values fit
 * @returns the largest value; null when none is known
 */
export function draw(figure, lines, room) {
  const known = lines.flat().filter((value) => value !== null);
  const most = Math.max(...known);
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  svg.append(shape("path", { class: "ground", d: `M0 ${HEIGHT - 1}H${WIDTH}` }));
  lines.forEach((values, i) => svg.append(shape("path", { class: `line${i}`, d: path(values, most > 0 ? most : 1, room) })));
  figure.querySelector(".plot").replaceChildren(svg);
  return known.length === 0 ? null : most;
}
