/** A sample of the catalogue as a rule sees an event. */
import { type EventSample, subjectOf } from "@stellwerk/events";
import type { RuleContext } from "@stellwerk/rules";

export const SAMPLE_EVENT_ID = "evt_01k00000000000000000000000";

/** Of a source as it is made; the first half of business keys. */
const SAMPLE_SOURCE = { key: "sitejet", name: "Sitejet", managerUrl: null };

export function sampleContext(type: string, sample: Pick<EventSample, "data">, now: Date): RuleContext {
  const subject = subjectOf(sample.data);
  return {
    data: sample.data,
    event: {
      id: SAMPLE_EVENT_ID,
      type,
      time: now.toISOString(),
      ...(subject !== undefined && { subject }),
    },
    source: SAMPLE_SOURCE,
  };
}
