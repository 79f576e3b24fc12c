/** Refuses an action that cannot work. */
import type { Action, Connection } from "../connector.ts";
import { fieldsOf } from "../json-schema.ts";
import { parseInput } from "../parse.ts";
import { checkObject, checkTexts, firstTwice, listProblems, refuse } from "./rules.ts";

const ACTION_NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

export function checkAction(id: string, name: string, action: Action, connection: Connection): void {
  if (!ACTION_NAME.test(name)) {
    refuse(`${id}: an action's name is lower case with underscores, for example "post_message"`);
  }
  if (action.plan === undefined && action.deliver === undefined) {
    refuse(`${id}: give it \`plan\` (a request) or \`deliver\` (anything else)`);
  }
  if (action.connection !== connection) refuse(`${id}: its \`connection\` must be the connector's own`);
  checkTexts(id, action);
  checkRepeat(id, action);
  const fields = fieldsOf(checkObject(`${id}: \`input\``, action.input));
  for (const field of Object.keys(action.options ?? {})) {
    if (fields.has(field)) continue;
    const known = [...fields.keys()].join(", ");
    refuse(`${id}: \`options\` has choices for "${field}", which is no field of its input (${known})`);
  }
  for (const sample of action.samples) {
    const parsed = parseInput(action, sample.input);
    if (parsed.ok) continue;
    refuse(`${id}: its own input refuses the sample "${sample.name}": ${listProblems(parsed.problems)}`);
  }
  const twice = firstTwice(action.samples.map((sample) => sample.name));
  if (twice !== undefined) refuse(`${id}: two samples are called "${twice}"; give each its own name`);
}

function checkRepeat(id: string, action: Action): void {
  const { repeat } = action;
  if (repeat.kind === "probe" && action.probe === undefined) {
    refuse(`${id}: with \`repeat: probe(…)\` it needs a \`probe\` function that looks whether it arrived`);
  }
  if ((repeat.kind === "natural" || repeat.kind === "key") && repeat.because.trim() === "") {
    refuse(`${id}: \`repeat: ${repeat.kind}(…)\` needs the reason why repeating is safe`);
  }
  if (repeat.kind === "probe" && !(repeat.visibleAfterMs >= 0 && Number.isFinite(repeat.visibleAfterMs))) {
    refuse(`${id}: \`visibleAfterMs\` is how long the vendor may take to show what was sent; 0 for at once`);
  }
}
