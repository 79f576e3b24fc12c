/** The last step of every builder: what it made is held against its own schema. */
import type { z } from "zod";
import { InvalidEventError } from "../errors.ts";
import { toIssues } from "../zod-issues.ts";
import type { EventType } from "./define-event-type.ts";

/**
 * Throws where TypeScript would not have compiled: plain JavaScript has only this to tell
 * a producer about a missing title before the event is out.
 */
export function buildKnown<Type extends EventType>(
  type: Type,
  build: () => z.infer<Type["schema"]>,
): z.infer<Type["schema"]> {
  const event = attempt(type.name, build);
  const parsed = type.schema.safeParse(event);
  if (!parsed.success) throw new InvalidEventError(type.name, toIssues(parsed.error.issues, event));
  return event;
}

/** Reading a field of nothing (no `website` at all) is the caller's mistake too. */
function attempt<Event>(name: string, build: () => Event): Event {
  try {
    return build();
  } catch (cause) {
    throw new InvalidEventError(name, [], { cause });
  }
}
