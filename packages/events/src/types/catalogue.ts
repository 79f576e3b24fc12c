/** Every type of event we know. Others are accepted and kept all the same. */
import type { z } from "zod";
import { operationsEventTypes } from "../operations/operations-types.ts";
import { domainCreatedType } from "./domain-created.ts";
import { formSubmittedType } from "./form-submitted.ts";
import { logCreatedType } from "./log-created.ts";
import { todoCreatedType } from "./todo-created.ts";
import { websiteCreatedType } from "./website-created.ts";
import { websiteStatusChangedType } from "./website-status-changed.ts";
import { websiteTodoAssigneeChangedType } from "./website-todo-assignee-changed.ts";

/** What the platform sends; what we tell of our own work comes behind. */
export const platformEventTypes = [
  websiteCreatedType,
  websiteStatusChangedType,
  logCreatedType,
  todoCreatedType,
  websiteTodoAssigneeChangedType,
  domainCreatedType,
  formSubmittedType,
] as const;

export const eventTypes = [...platformEventTypes, ...operationsEventTypes] as const;

export type KnownEventType = (typeof eventTypes)[number];

/** One of the catalogue, told apart by `event`. */
export type KnownEvent = z.infer<KnownEventType["schema"]>;

/** A type we have never heard of, as it came. */
export interface UnknownEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

const byName = new Map<string, KnownEventType>(eventTypes.map((type) => [type.name, type]));

export function eventTypeOf(name: string): KnownEventType | undefined {
  return byName.get(name);
}

/**
 * What goes into `ce_dataschema`; undefined for a type we do not know.
 *
 * @example
 * schemaIdOf("website_created") // "https://stellwerk.dev/schemas/events/website_created/1.json"
 */
export function schemaIdOf(name: string): string | undefined {
  return byName.get(name)?.schemaId;
}
