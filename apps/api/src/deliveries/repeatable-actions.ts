/** Which actions may simply be repeated: the start of the others is written down before their call. */
import type { Connector } from "@stellwerk/connector-kit";

export function repeatableActions(connectors: readonly Connector[]): string[] {
  return connectors.flatMap(({ id, actions }) =>
    Object.entries(actions).flatMap(([name, { repeat }]) =>
      repeat.kind === "natural" || repeat.kind === "key" ? [`${id}.${name}`] : [],
    ),
  );
}
