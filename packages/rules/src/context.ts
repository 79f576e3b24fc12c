/**
 * What a rule sees. Fields of the event's data are addressed from their root, `website.title`; what is not in
 * the data stands under `event` and `source`. Those names hide a field of the data of the same name: the
 * platform's own `event` is the type's name, which is `event.type` here. There is no `subscription`: it would hide
 * the one that an operations event is about, and whoever writes a rule knows its name.
 */

export interface RuleContext {
  /** The event's data as parsed JSON; a form's is normalised. Anything that is not an object has no fields. */
  readonly data: unknown;
  readonly event: RuleEvent;
  /** Missing for the platform's own events, which come from no source. */
  readonly source?: RuleSource | undefined;
}

export interface RuleEvent {
  /** `evt_…` */
  readonly id: string;
  readonly type: string;
  /** RFC 3339; also what `$within` and "now" go by, so that a rule says the same whenever it is asked. */
  readonly time: string;
  readonly subject?: string | undefined;
}

export interface RuleSource {
  /** Short and stable: the first half of business keys. */
  readonly key: string;
  readonly managerUrl?: string | null | undefined;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** The names beside the data, and what each holds. A path that goes elsewhere below them is a mistake. */
export const CONTEXT_FIELDS = {
  event: ["id", "type", "time", "subject"],
  source: ["key", "managerUrl", "id", "name"],
} as const satisfies {
  readonly event: readonly (keyof RuleEvent)[];
  readonly source: readonly (keyof RuleSource)[];
};

export type ContextRoot = keyof typeof CONTEXT_FIELDS;

export function isContextRoot(name: string | undefined): name is ContextRoot {
  return name !== undefined && Object.hasOwn(CONTEXT_FIELDS, name);
}
