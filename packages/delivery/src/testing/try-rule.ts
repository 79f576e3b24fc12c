/** For the conformance suite of connectors: a preset's rule, held to every sample event of the catalogue it is for. */
import { type Connector, findAction, inputFields, type PresetRule } from "@stellwerk/connector-kit";
import { eventTypeOf } from "@stellwerk/events";
import { checkCondition, checkMapping, type RuleContext } from "@stellwerk/rules";
import { compileInput } from "../action-input.ts";

/** @example conformance(slack, { …, tryRule: tryRuleOf(slack) }) */
export function tryRuleOf(connector: Connector): (rule: PresetRule) => readonly string[] {
  return (rule) => {
    const found = findAction([connector], rule.action);
    if (found === undefined) return [`there is no action ${rule.action}`];
    const known = { eventTypes: rule.eventTypes };
    const checks = [
      ...(rule.when === undefined ? [] : [checkCondition(rule.when, known)]),
      checkMapping(rule.input, { ...inputFields(found.action), ...known }),
    ];
    const wrong = checks.flatMap((checked) => (checked.ok ? [] : checked.problems));
    if (wrong.length > 0) return wrong.map(say);
    const input = compileInput(found.action, rule.input);
    if (!input.ok) return input.problems.map(say);
    return rule.eventTypes.flatMap((name) => {
      const type = eventTypeOf(name);
      if (type === undefined) return [`there is no event ${name}`];
      return type.samples.flatMap((sample) => {
        const filled = input.value.fill(() => contextOf(name, sample.data));
        return filled.ok ? [] : filled.problems.map((problem) => `${name}/${sample.name}: ${say(problem)}`);
      });
    });
  };
}

function contextOf(type: string, data: object): RuleContext {
  return {
    data,
    event: {
      id: "evt_01k0000000000000000000000a",
      type,
      time: "2026-11-23T12:00:00.500Z",
      subject: "website/321654",
    },
    source: { key: "k7", name: "Sitejet", id: "src_01k0000000000000000000000a" },
  };
}

function say({
  path,
  message,
  fix,
}: {
  readonly path: string;
  readonly message: string;
  readonly fix?: string | undefined;
}): string {
  return `${path}: ${message}${fix === undefined ? "" : `. ${fix}`}`;
}
