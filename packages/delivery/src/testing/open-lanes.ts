/** Lanes whose attempts end when a test says so. */
import type { LaneResult } from "../lane-result.ts";
import type { Lane } from "../lane.ts";
import type { LanesOptions } from "../lanes-options.ts";
import { Lanes } from "../lanes.ts";
import { settle, SimulatedClock } from "./simulated-clock.ts";

export interface Delivery {
  readonly deliveryId: string;
  readonly subscriptionId: string;
  readonly event: { readonly body: { readonly length: number } };
}

export function openLanes(options: Partial<LanesOptions<Delivery>> = {}) {
  const clock = new SimulatedClock();
  const running = new Map<string, () => void>();
  const due: Lane<Delivery>[] = [];
  const givenBack: Delivery[] = [];
  const lanes: Lanes<Delivery> = new Lanes<Delivery>({
    clock,
    random: () => 0.5,
    run: ({ deliveryId }) => new Promise<void>((resolve) => running.set(deliveryId, resolve)),
    onDue: (lane) => due.push(lane),
    onGiveBack: (deliveries) => givenBack.push(...deliveries),
    ...options,
  });
  const lane = (subscription = "sub", account = "account") => lanes.lane(0, account, subscription);
  /** The attempt is over, and recorded. */
  async function end(each: Delivery, result: LaneResult) {
    const changes = lanes.record(lanes.lane(0, "account", each.subscriptionId), each, result);
    running.get(each.deliveryId)?.();
    running.delete(each.deliveryId);
    await settle();
    lanes.letGo(each);
    return changes;
  }
  /** So many successes that the lane may send as many at a time as it ever may. */
  async function warm(subscription = "sub") {
    lanes.wait(lane(subscription), 1e9);
    for (let count = 0; count < 28; count += 1) {
      const one = delivery(subscription);
      lanes.take(lane(subscription), one);
      await end(one, "success");
    }
  }
  return { lanes, clock, running, due, givenBack, lane, end, warm };
}

let made = 0;
export function delivery(subscriptionId = "sub", bytes = 10): Delivery {
  made += 1;
  return { deliveryId: `d${made}`, subscriptionId, event: { body: Buffer.alloc(bytes) } };
}

export function takeMany(lanes: Lanes<Delivery>, lane: Lane<Delivery>, count: number): Delivery[] {
  const many = Array.from({ length: count }, () => delivery(lane.subscriptionId));
  for (const each of many) lanes.take(lane, each);
  return many;
}
