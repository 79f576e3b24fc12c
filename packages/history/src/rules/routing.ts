/** Every accepted event becomes one delivery for each subscription, once. */
import type { Timeline } from "../timeline.ts";
import type { Rule } from "./rule.ts";

export const eventsAreNotRouted: Rule = {
  name: "accepted events were not routed, or not to every subscription",
  find(timeline) {
    const accounts = new Map(timeline.of("promised").map((each) => [each.event, each.account]));
    const events = new Set([...timeline.of("accepted").flatMap((each) => each.events), ...accounts.keys()]);
    const subscriptions = Map.groupBy(timeline.of("subscribed"), (each) => each.account);
    const made = deliveriesByEvent(timeline);
    return [...events].flatMap((event) => {
      const deliveries = made.get(event) ?? [];
      if (deliveries.length === 0) return [`${event} has no delivery`];
      // Without a list of its account's subscriptions any will do.
      const wanted = (subscriptions.get(accounts.get(event) ?? "") ?? []).map((each) => each.subscription);
      const missing = wanted.filter((each) => !deliveries.includes(each));
      const twice = deliveries.filter((each, index) => deliveries.indexOf(each) !== index);
      return [
        ...missing.map((each) => `${event} has no delivery for ${each}`),
        ...twice.map((each) => `${event} has several deliveries for ${each}`),
      ];
    });
  },
};

export const deliveriesAreRoutedTwice: Rule = {
  name: "deliveries were routed twice, or come from nowhere",
  find(timeline) {
    const wrong = [...timeline.routed].flatMap(([delivery, times]) => {
      const made = times.filter((each) => each.written === true).length;
      return made > 1 ? [`${delivery} was put in ${made} times`] : [];
    });
    const unknown = [...timeline.of("final"), ...timeline.of("started")].filter(
      (each) => !timeline.routed.has(each.delivery),
    );
    return [...wrong, ...new Set(unknown.map((each) => `${each.delivery} was routed by nobody`))];
  },
};

export const acceptedIsNotPromised: Rule = {
  name: "events were promised that the bus did not have",
  find(timeline) {
    const accepted = new Set(timeline.of("accepted").flatMap((each) => each.events));
    if (accepted.size === 0) return [];
    return timeline
      .of("promised")
      .filter((each) => !accepted.has(each.event))
      .map((each) => `${each.event} was answered 202 and never accepted`);
  },
};

/** Subscriptions that got each event: by the log where there is one, else by who routed. */
function deliveriesByEvent(timeline: Timeline): Map<string, string[]> {
  const finals = timeline.of("final");
  const routed = [...timeline.routed.values()].flatMap((times) => times.slice(0, 1));
  const made: readonly { readonly event: string; readonly subscription: string }[] =
    finals.length > 0 ? finals : routed;
  const byEvent = Map.groupBy(made, (each) => each.event);
  return new Map([...byEvent].map(([event, each]) => [event, each.map((one) => one.subscription)]));
}
