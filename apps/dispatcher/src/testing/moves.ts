/** Records of a card on the platform's board: a website that is moved from one status to another. */
import type { BusRecord } from "@stellwerk/bus";
import type { Seed } from "@stellwerk/store/testing";
import { recordOf } from "./hand-fed-bus.ts";

export interface MoveChange {
  readonly id?: string;
  readonly site?: number;
}

export function moved(seed: Seed, from: string, to: string, { id, site = 7 }: MoveChange = {}): BusRecord {
  const type = "website_status_changed";
  const body = { event: type, website: { id: site, title: "A", status: to }, previousStatus: from };
  return recordOf(seed, {
    ...(id === undefined ? {} : { id }),
    type,
    subject: `website/${site}`,
    value: JSON.stringify(body),
  });
}

/** An event that shows a status and tells of no change. */
export function shown(seed: Seed, type: string, status: string, site = 7): BusRecord {
  const body = { event: type, website: { id: site, title: "A", status } };
  return recordOf(seed, { type, subject: `website/${site}`, value: JSON.stringify(body) });
}
