/**
 * A target is a subscription made ready to run: its connector, its action and what they need,
 * parsed and unsealed once per configuration revision instead of once per attempt.
 */
import {
  findAction,
  parseConnection,
  parseInput,
  type Action,
  type Connector,
  type Problem,
} from "@stellwerk/connector-kit";
import { compileInput, DEFAULT_SCHEDULE_MS, type ActionInput } from "@stellwerk/delivery";
import { readEventData } from "@stellwerk/events";
import { compileCondition, type RuleContext } from "@stellwerk/rules";
import {
  connectionSecretsContext,
  ruleContextOf,
  type ClaimedDelivery,
  type ConfiguredConnection,
  type ConfiguredRule,
  type ConfiguredSource,
  type ConfiguredSubscription,
  type OnRejected,
  type Sealer,
} from "@stellwerk/store";

export interface Runnable {
  readonly connector: Connector;
  readonly action: Action;
  readonly input: unknown;
  readonly settings: unknown;
  readonly secrets: unknown;
}

/** Ready for every delivery of it; what its input is follows from the event. */
export interface RunnableRule extends Omit<Runnable, "input"> {
  readonly input: ActionInput;
}

/** Why a subscription cannot run as it is configured; a person has to mend it. */
export interface Unrunnable {
  readonly reason: string;
  readonly detail: string;
  /** It lies with this event, which stays as it is: no waiting mends it. */
  readonly isFinal?: boolean;
}

export interface Target {
  readonly subscriptionId: string;
  /** The version that a delivery was matched with. */
  readonly version: number;
  /** As it is now, whatever the version. */
  readonly subscription: ConfiguredSubscription;
  /** Of that version: `slack.post_message`. */
  readonly action: string;
  readonly connectionId: string;
  /** Undefined: deleted. */
  readonly connection: ConfiguredConnection | undefined;
  readonly scheduleMs: readonly number[];
  /** Undefined: the schedule decides when it is given up. */
  readonly maxAgeMs: number | undefined;
  /** One of a subject at a time, over all ordered subscriptions of the connection. */
  readonly ordered: boolean;
  readonly onRejected: OnRejected;
  readonly settleMs: number | null;
  /** Its action may not simply be repeated, so its start is written down before its call. */
  readonly marksStart: boolean;
  /**
   * Whether its condition holds; without one it wants every event of its types. One that this version cannot read
   * wants them, too: nothing is lost, and `runnable` says what is to be mended.
   */
  wants(context: () => RuleContext): boolean;
  /** Made when first asked for: an account may have far more subscriptions than it uses at once. */
  runnable(): RunnableRule | Unrunnable;
  sourceOf(sourceId: string | null): ConfiguredSource | undefined;
}

export interface TargetParts {
  readonly connectors: readonly Connector[];
  readonly sealer: Sealer;
}

/** What of its account's configuration a rule works with. */
interface Surroundings {
  /** Undefined: deleted. */
  readonly connection: ConfiguredConnection | undefined;
  readonly sources: readonly ConfiguredSource[];
}

/** `rule` is the subscription itself, or an older version of it. */
export function makeTarget(
  rule: ConfiguredRule,
  subscription: ConfiguredSubscription,
  { connection, sources }: Surroundings,
  parts: TargetParts,
): Target {
  let made: RunnableRule | Unrunnable | undefined;
  let compiled: ReturnType<typeof compileCondition> | undefined;
  const condition = (): ReturnType<typeof compileCondition> | undefined =>
    rule.condition === null ? undefined : (compiled ??= compileCondition(rule.condition));
  return {
    subscriptionId: rule.id,
    version: rule.version,
    subscription,
    action: rule.action,
    connectionId: rule.connectionId,
    connection,
    scheduleMs: rule.retryScheduleMs ?? DEFAULT_SCHEDULE_MS,
    maxAgeMs: rule.maxAgeMs ?? undefined,
    ordered: rule.ordered,
    onRejected: rule.onRejected,
    settleMs: rule.settleMs,
    marksStart: marksStart(rule, parts),
    wants(context) {
      const own = condition();
      return own === undefined || !own.ok || own.value.evaluate(context());
    },
    runnable() {
      const own = condition();
      if (own?.ok === false) return invalid("condition", own.problems);
      return (made ??= makeRunnable(rule, connection, parts));
    },
    sourceOf: (sourceId) => sources.find(({ id }) => id === sourceId),
  };
}

export function isRunnable<Ready extends object>(runnable: Ready | Unrunnable): runnable is Ready {
  return "connector" in runnable;
}

/** What this delivery is run with: its input filled from the event, or the one that somebody edited. */
export function runnableFor(delivery: ClaimedDelivery, target: Target): Runnable | Unrunnable {
  const runnable = target.runnable();
  if (!isRunnable<RunnableRule>(runnable)) return runnable;
  if (delivery.input !== undefined) {
    const edited = parseInput(runnable.action, delivery.input);
    return edited.ok
      ? { ...runnable, input: edited.value }
      : {
          reason: "misconfigured",
          detail: `The edited input does not fit its action: ${listOf(edited.problems)}`,
        };
  }
  const { event } = delivery;
  const filled = runnable.input.fill(() =>
    ruleContextOf(event, readEventData(event), target.sourceOf(event.sourceId)),
  );
  return filled.ok
    ? { ...runnable, input: filled.value }
    : { reason: "input_incomplete", detail: listOf(filled.problems), isFinal: true };
}

/** An action that is not known here may turn out to be one of these. */
function marksStart({ action }: ConfiguredRule, { connectors }: TargetParts): boolean {
  const kind = findAction(connectors, action)?.action.repeat.kind;
  return kind !== "natural" && kind !== "key";
}

function makeRunnable(
  rule: ConfiguredRule,
  connection: ConfiguredConnection | undefined,
  { connectors, sealer }: TargetParts,
): RunnableRule | Unrunnable {
  const found = findAction(connectors, rule.action);
  if (found === undefined) {
    return {
      reason: "unknown_action",
      detail: `This installation has no action ${rule.action}; install its connector or choose another action`,
    };
  }
  if (connection === undefined) {
    return { reason: "connection_missing", detail: "The connection was deleted; choose another one" };
  }
  let secrets: unknown;
  try {
    secrets =
      connection.secretsSealed === null
        ? {}
        : JSON.parse(sealer.open(connection.secretsSealed, connectionSecretsContext(connection.id)));
  } catch {
    return {
      reason: "secrets_unreadable",
      detail: "The connection's secrets cannot be opened with this STELLWERK_SECRET_KEY; enter them again",
    };
  }
  const parsed = parseConnection(found.connector, { settings: connection.settings, secrets });
  if (!parsed.ok) return invalid("connection", parsed.problems);
  const input = compileInput(found.action, rule.input);
  if (!input.ok) return invalid("subscription", input.problems);
  return {
    connector: found.connector,
    action: found.action,
    input: input.value,
    settings: parsed.value.settings,
    secrets: parsed.value.secrets,
  };
}

function listOf(problems: readonly Problem[]): string {
  return problems.map((problem) => `${problem.path}: ${problem.message}`).join("; ");
}

function invalid(what: string, problems: readonly Problem[]): Unrunnable {
  return { reason: "misconfigured", detail: `The ${what} cannot be used as it is: ${listOf(problems)}` };
}
