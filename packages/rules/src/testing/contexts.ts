/** An event as rules see it: the platform's own sample, with what a test changes. */
import { eventTypeOf } from "@stellwerk/events";
import type { RuleContext } from "../context.ts";

const EVENT = {
  id: "evt_01kq3v7z8efa2r9v1m0c5x7d3b",
  type: "website_status_changed",
  time: "2026-11-23T18:00:00Z",
  subject: "website/321654",
};

/** Harry's Diner goes from Publish to Done. */
export function statusChanged(website: object = {}, previousStatus = "Publish"): RuleContext {
  const sample = eventTypeOf("website_status_changed")?.samples[0].data as { website: object };
  return contextOf({ ...sample, website: { ...sample.website, ...website }, previousStatus });
}

export function contextOf(data: unknown): RuleContext {
  return {
    data,
    event: EVENT,
    source: { key: "main", managerUrl: "https://manager.example.com" },
  };
}
