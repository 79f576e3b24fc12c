/** The event that a rule is tried with: one of the account's, a sample of the catalogue, or one that is given. */
import { connectorEvent, type ConnectorEvent } from "@stellwerk/connector-kit";
import { formatId } from "@stellwerk/delivery";
import { eventTypeOf, eventTypes, readEventData, subjectOf } from "@stellwerk/events";
import type { RuleContext } from "@stellwerk/rules";
import {
  findEvent,
  findEventBody,
  findRuleSource,
  listEvents,
  type Queryable,
  ruleContextOf,
} from "@stellwerk/store";
import { z } from "zod";
import { type FieldProblem, invalidRequest } from "../errors.ts";
import { eventTypeName } from "../http/fields.ts";
import { idParameter } from "../http/ids.ts";
import { nearest } from "../http/nearest.ts";
import { EVERY_TYPE } from "./check-rule.ts";
import { isForType } from "./is-for-type.ts";
import { SAMPLE_EVENT_ID, sampleContext } from "./sample-context.ts";

export const eventChoice = {
  eventId: idParameter("evt").optional().describe("One of the account's events."),
  sample: z
    .strictObject({ type: z.string(), name: z.string().optional() })
    .optional()
    .describe("A sample of the catalogue; the first one of its type without a name."),
  data: z
    .strictObject({ type: eventTypeName, data: z.record(z.string(), z.unknown()) })
    .optional()
    .describe("An event that is made up."),
};

export type EventChoice = z.output<z.ZodObject<typeof eventChoice>>;

export interface ChosenEvent {
  readonly origin: "event" | "sample" | "given";
  /** Undefined: it is none of the account's. */
  readonly id: string | undefined;
  readonly type: string;
  readonly body: Buffer;
  readonly context: RuleContext;
  readonly forConnector: ConnectorEvent;
}

/** With nothing chosen: the newest of the rule's types, or a sample where none has come yet. */
export async function chooseEvent(
  db: Queryable,
  accountId: string,
  choice: EventChoice,
  types: readonly string[],
): Promise<ChosenEvent> {
  const { eventId, sample, data } = choice;
  if ([eventId, sample, data].filter((each) => each !== undefined).length > 1) {
    throw invalidRequest([
      {
        path: "eventId",
        message: "choose one event",
        expected: "`eventId`, `sample` or `data`",
        received: "several of them",
        fix: "Leave out all but one.",
      },
    ]);
  }
  if (eventId !== undefined) return ofAccount(db, accountId, eventId);
  if (sample !== undefined) return ofCatalogue(sample.type, sample.name);
  if (data !== undefined) return madeUp("given", data.type, data.data);
  const newest = await newestOf(db, accountId, types);
  return newest === undefined ? ofCatalogue(firstKnown(types), undefined) : ofAccount(db, accountId, newest);
}

/** A rule for many types is tried with what came last of the first few. */
const TYPES_LOOKED_AT = 5;
/** A rule for every type is not for our own events, and an account in trouble has several of those in a row. */
const EVENTS_LOOKED_AT = 20;

async function newestOf(
  db: Queryable,
  accountId: string,
  types: readonly string[],
): Promise<string | undefined> {
  const filters = types.includes(EVERY_TYPE)
    ? [{}]
    : types.slice(0, TYPES_LOOKED_AT).map((type) => ({ type }));
  const found: string[] = [];
  for (const filter of filters) {
    const rows = await listEvents(db, accountId, filter, { limit: EVENTS_LOOKED_AT });
    const row = rows.find(({ type }) => isForType(types, type));
    if (row !== undefined) found.push(row.id);
  }
  return found.toSorted((a, b) => a.localeCompare(b)).at(-1);
}

function firstKnown(types: readonly string[]): string {
  return types.find((type) => eventTypeOf(type) !== undefined) ?? "website_status_changed";
}

async function ofAccount(db: Queryable, accountId: string, id: string): Promise<ChosenEvent> {
  const row = await findEvent(db, accountId, id);
  const stored = row && (await findEventBody(db, accountId, id));
  if (row === undefined || stored === undefined) {
    throw invalidRequest([
      { path: "eventId", message: "is not an event of this account", fix: "List them with GET /v1/events." },
    ]);
  }
  const data = readEventData({ ...stored, type: row.type });
  const source = row.sourceId === null ? "operations" : formatId("src", row.sourceId);
  return {
    origin: "event",
    id,
    type: row.type,
    body: stored.body,
    context: ruleContextOf(row, data, await findRuleSource(db, accountId, row.sourceId)),
    forConnector: connectorEvent({
      id: formatId("evt", id),
      type: row.type,
      subject: row.subject ?? undefined,
      time: row.time,
      source,
      contentType: stored.contentType,
      body: stored.body,
      readData: () => data,
    }),
  };
}

function ofCatalogue(typeName: string, sampleName: string | undefined): ChosenEvent {
  const type = eventTypeOf(typeName);
  if (type === undefined) {
    throw invalidRequest([
      unknown(
        "sample.type",
        typeName,
        eventTypes.map(({ name }) => name),
      ),
    ]);
  }
  const sample = type.samples.find(({ name }) => sampleName === undefined || name === sampleName);
  if (sample === undefined) {
    throw invalidRequest([
      unknown(
        "sample.name",
        sampleName ?? "",
        type.samples.map(({ name }) => name),
      ),
    ]);
  }
  return madeUp("sample", type.name, sample.data);
}

function madeUp(origin: "sample" | "given", type: string, data: object): ChosenEvent {
  const now = new Date();
  const body = Buffer.from(JSON.stringify(data));
  return {
    origin,
    id: undefined,
    type,
    body,
    context: sampleContext(type, { data }, now),
    forConnector: connectorEvent({
      id: SAMPLE_EVENT_ID,
      type,
      subject: subjectOf(data),
      time: now,
      source: "sample",
      contentType: "application/json",
      body,
      readData: () => data,
    }),
  };
}

function unknown(path: string, received: string, known: readonly string[]): FieldProblem {
  return {
    path,
    message: "is not in the catalogue",
    expected: `one of ${known.join(", ")}`,
    received: received.slice(0, 80),
    fix: `Did you mean ${nearest(received, known, 1).join("")}?`,
  };
}
