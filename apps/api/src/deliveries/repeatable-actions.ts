/** By the way in which actions may be repeated. */
import type { Connector, Repeat } from "@stellwerk/connector-kit";

/** They may simply be repeated: the start of the others is written down before their call. */
export function repeatableActions(connectors: readonly Connector[]): string[] {
  return actionsWith(connectors, ["natural", "key"]);
}

/** They can look whether what may have arrived did. */
export function lookingActions(connectors: readonly Connector[]): string[] {
  return actionsWith(connectors, ["probe"]);
}

function actionsWith(connectors: readonly Connector[], kinds: readonly Repeat["kind"][]): string[] {
  return connectors.flatMap(({ id, actions }) =>
    Object.entries(actions).flatMap(([name, { repeat }]) =>
      kinds.includes(repeat.kind) ? [`${id}.${name}`] : [],
    ),
  );
}
