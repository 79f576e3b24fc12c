/** A reason for being without something is only good for a connector that is without it. */
import type { Connector } from "../connector.ts";
import { fieldsOf, secretsJsonSchema } from "../json-schema.ts";
import { fail } from "./check.ts";
import type { ConformanceOptions, Line } from "./options.ts";
import { openScene } from "./scene.ts";

export async function declaredWrongly(connector: Connector, options: ConformanceOptions): Promise<void> {
  const { without = {} } = options;
  const actions = Object.values(connector.actions);
  const has: Partial<Record<Line, boolean>> = {
    secrets: fieldsOf(secretsJsonSchema(connector.connection)).size > 0,
    options: actions.some((action) => Object.keys(action.options ?? {}).length > 0),
    presets: (connector.presets ?? []).length > 0,
    test: connector.connection.test !== undefined,
    rejection: options.rejection !== undefined,
    unknown_code: options.unknownCode !== undefined,
    output: actions.some((action) => action.output !== undefined),
    requests: without.requests !== undefined && (await sendsRequests(connector, options)),
  };
  for (const [line, reason] of Object.entries(without)) {
    if (reason.trim() === "") fail(`\`without.${line}\` needs a reason.`);
    if (has[line as Line] === true) fail(`It says it is without ${line}, and has it.`);
  }
  for (const line of ["options", "output"] as const) {
    if (has[line] === false && without[line] === undefined) {
      fail(`It has no ${line}; say so with \`without: { ${line}: "why" }\`.`);
    }
  }
}

async function sendsRequests(connector: Connector, options: ConformanceOptions): Promise<boolean> {
  await using scene = await openScene(connector, options);
  for (const action of Object.values(connector.actions)) {
    for (const sample of action.samples) await scene.attempt({ action, sample });
  }
  return scene.http.tapped.length > 0;
}
