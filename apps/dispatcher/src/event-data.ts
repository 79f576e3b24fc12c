/**
 * What an event's body says, read once when somebody first asks. A tree takes several times the memory of its bytes,
 * and a backlog holds many events: it is let go when the event is routed.
 */
import { readEventData, type EventBody } from "@stellwerk/events";

export class EventData {
  readonly #body: EventBody;
  #read: { readonly value: unknown } | undefined;

  constructor(body: EventBody) {
    this.#body = body;
  }

  /** Undefined when the body cannot be read. */
  get value(): unknown {
    this.#read ??= { value: readEventData(this.#body) };
    return this.#read.value;
  }

  letGo(): void {
    this.#read = undefined;
  }
}
