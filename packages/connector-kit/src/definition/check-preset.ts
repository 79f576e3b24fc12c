/** Refuses a preset that could not be applied. */
import { checkObject, checkTexts, listProblems, refuse } from "./rules.ts";
import type { Connector } from "../connector.ts";
import { fieldsOf } from "../json-schema.ts";
import { applyPreset } from "../preset.ts";
import type { Preset } from "../preset.ts";

const PRESET_ID = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
const DURATION = /^\d+(s|m|h|d)$/;

export function checkPreset(connector: Connector, preset: Preset): void {
  const what = `${connector.id}: the preset "${preset.id}"`;
  if (!PRESET_ID.test(preset.id)) refuse(`${what}: an id is lower case with underscores`);
  checkTexts(what, preset);
  checkObject(`${what}: \`parameters\``, preset.parameters);
  if (preset.eventTypes.length === 0) refuse(`${what}: \`eventTypes\` is empty; name what it is for`);
  if (preset.settle !== undefined && !DURATION.test(preset.settle.for)) {
    refuse(`${what}: \`settle.for\` is a duration such as "10m"; got "${preset.settle.for}"`);
  }
  const action = Object.hasOwn(connector.actions, preset.action)
    ? connector.actions[preset.action]
    : undefined;
  if (action === undefined) {
    const known = Object.keys(connector.actions).join(", ");
    return refuse(`${what}: \`action\` is "${preset.action}"; the connector has ${known}`);
  }
  const rule = applyPreset(connector, preset, preset.example);
  if (!rule.ok) {
    return refuse(`${what}: its own parameters refuse \`example\`: ${listProblems(rule.problems)}`);
  }
  const fields = fieldsOf(checkObject(`${what}: the input`, action.input));
  for (const name of Object.keys(rule.value.input)) {
    if (!fields.has(name)) {
      refuse(`${what}: \`input\` sets "${name}", which ${connector.id}.${preset.action} does not have`);
    }
  }
}
