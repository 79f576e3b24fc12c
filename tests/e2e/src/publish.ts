/** Events that a test makes up, published with the API. */
import { randomUUID } from "node:crypto";
import type { ApiClient } from "./api-client.ts";

/** A type of its own, so that no other test's subscription gets its events. */
export function ownType(): string {
  return `e2e_${randomUUID().replaceAll("-", "")}`;
}

/** One event for each subject, in that order; resolves with their ids. */
export async function publish(api: ApiClient, type: string, subjects: readonly string[]): Promise<string[]> {
  const events = subjects.map((subject, n) => ({ type, subject, data: { event: type, n, subject } }));
  const { items } = await api.post<{ items: { id: string }[] }>("/v1/events", events);
  return items.map((each) => each.id);
}
