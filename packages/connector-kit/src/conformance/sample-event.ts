/** The event that a sample is sent for, when it names none. */
import type { Sample } from "../connector.ts";
import { connectorEvent } from "../event.ts";
import type { ConnectorEvent, ConnectorEventFields } from "../event.ts";

const STATUS_CHANGED = {
  type: "website_status_changed",
  data: {
    event: "website_status_changed",
    website: { id: 321_654, title: "Harry's Diner", status: "Done", domain: "harrys-diner.example" },
    previousStatus: "Publish",
  },
};

export function eventOf(sample: Sample, change: Partial<ConnectorEventFields> = {}): ConnectorEvent {
  const { type, data } = sample.event ?? STATUS_CHANGED;
  return connectorEvent({
    id: "evt_01k0000000000000000000000a",
    type,
    subject: "website/321654",
    time: new Date("2026-11-23T12:00:00.500Z"),
    source: "src_01k0000000000000000000000a",
    contentType: "application/json",
    body: Buffer.from(JSON.stringify(data)),
    ...change,
  });
}
