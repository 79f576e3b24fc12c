/** What the dispatcher throws on purpose. */

/** Its events match more subscriptions than one transaction takes: it goes in parts. */
export class RouteTooLargeError extends Error {
  readonly code = "dispatcher.route_too_large";
  constructor(maxDeliveries: number) {
    super(`The events make more than ${maxDeliveries} deliveries; route them in smaller parts`);
    this.name = "RouteTooLargeError";
  }
}
