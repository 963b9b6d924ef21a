import { explanation } from "./api.js";
import { element, fault, made } from "./dom.js";

const STANDINGS = { holds: "Holds here", partly: "Holds here in part", lacking: "Does not hold here" };

/** What the shown result ran under: `of` (who), `policy`, `limits`; none before the first run. */
let runs = [];
let shown = null;

/** The system calls of a sentence, behind a control of their own. */
function calls(steps) {
  const all = made("details");
  all.append(
    made("summary", steps.length === 1 ? "by 1 system call" : `by ${steps.length} system calls`),
    made("code", steps.join("\n"), "steps"),
  );
  return all;
}

function sentence({ text, promise, standing, lacking, steps }) {
  const item = made("li", "", standing);
  item.append(
    made("p", text),
    made("p", `${STANDINGS[standing]}. Serves the promise “${promise}”.`, "serves"),
  );
  for (const { feature, reason, fix } of lacking) {
    const why = made("p", `This host lacks “${feature}”: ${reason}. What mends it: `, "serves");
    why.append(made("code", fix));
    item.append(why);
  }
  if (steps.length > 0) {
    item.append(calls(steps));
  }
  return item;
}

function story(of, { policy, chapters }) {
  const parts = [made("h3", `${of}, under the policy ${policy}`)];
  for (const { title, protections } of chapters) {
    const list = made("ul");
    list.append(...protections.map(sentence));
    parts.push(made("h4", title), list);
  }
  return parts;
}

async function tell() {
  const asked = runs;
  if (!element("protection").open || shown === asked) {
    return;
  }
  fault("protection", "");
  try {
    const stories = await Promise.all(asked.map(({ policy, limits }) => explanation(policy, limits)));
    if (asked === runs) {
      shown = asked;
      element("story").replaceChildren(...stories.flatMap((one, i) => story(asked[i].of, one)));
    }
  } catch (refusal) {
    fault("protection", refusal.message);
  }
}

/**
 * What is told about when somebody asks.
 *
 * @param language as the server describes it
 * @param limits those that were asked for
 */
export function of(language, limits) {
  const wanted = [{ of: "Your program", policy: language.policy, limits }];
  if (language.compile !== null) {
    wanted.push({ of: "Its compiler", policy: language.compile.policy, limits: {} });
  }
  if (JSON.stringify(wanted) !== JSON.stringify(runs)) {
    runs = wanted;
    tell();
  }
}

element("protection").addEventListener("toggle", tell);
