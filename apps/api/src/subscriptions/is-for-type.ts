import { isOperationsType } from "@stellwerk/events";

/** As the dispatcher matches: what tells of deliveries themselves is asked for by name. */
export function isForType(eventTypes: readonly string[], type: string): boolean {
  return eventTypes.includes(type) || (eventTypes.includes("*") && !isOperationsType(type));
}
