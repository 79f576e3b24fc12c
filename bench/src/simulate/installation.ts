/** A large installation: 10,000 subscriptions over 1,000 accounts, some of whose targets do not work, and one account with a huge backlog. */
import type { SimulatedSubscription } from "@stellwerk/delivery/testing";
import { makeTarget, type Kind } from "./targets.ts";

export interface Subscription extends SimulatedSubscription {
  readonly kind: Kind;
  readonly hasBacklog: boolean;
}

/** Of a hundred subscriptions; the rest works. */
const SHARES: readonly (readonly [Kind, number])[] = [
  ["hanging", 3],
  ["dead", 2],
  ["slow", 2],
  ["throttling", 2],
  ["flapping", 2],
  ["failing a fifth", 5],
];

export interface InstallationSize {
  readonly subscriptions: number;
  readonly accounts: number;
  /** Subscriptions of the one account with the backlog. */
  readonly backlogLanes: number;
}

export function makeInstallation(size: InstallationSize, random: () => number): Subscription[] {
  const made: Subscription[] = [];
  for (let index = 0; index < size.subscriptions; index += 1) {
    const hasBacklog = index < size.backlogLanes;
    const kind = hasBacklog ? "healthy" : drawKind(random);
    const account = hasBacklog ? 0 : 1 + (index % (size.accounts - 1));
    made.push({
      subscriptionId: `sub${index}`,
      accountId: `account${account}`,
      settings: { connectionId: `connection${index}` },
      kind,
      hasBacklog,
      answer: makeTarget(kind, random),
    });
  }
  return made;
}

function drawKind(random: () => number): Kind {
  let drawn = random() * 100;
  for (const [kind, share] of SHARES) {
    if (drawn < share) return kind;
    drawn -= share;
  }
  return "healthy";
}
