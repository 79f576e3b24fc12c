/** What an event's body says: its JSON, or its form in the shape that every form has in `data`. */
import { normaliseForm } from "./forms/normalise-form.ts";
import { readJson } from "./read-json.ts";

export interface EventBody {
  readonly type: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * By the rule of `decodeEvent`; undefined when it cannot be read.
 *
 * @example
 * readEventData({ type: "website_created", contentType: "application/json", body })
 * // { event: "website_created", website: { id: 321654, … } }
 */
export function readEventData({ type, contentType, body }: EventBody): unknown {
  // A form may come as JSON, too, and is normalised all the same.
  if (type === "form_submitted") {
    const form = normaliseForm(body, contentType);
    return form.ok ? form.data : undefined;
  }
  const json = readJson(body);
  return json.ok ? json.value : undefined;
}
