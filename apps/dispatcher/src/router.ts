/**
 * From the bus to the store: each batch is decoded, routed in one transaction, and only then
 * counts as handled. A record that can never be routed goes to the dead topic with its reason.
 */
import { OPERATIONS_TOPIC, type BatchResult, type BusBatch, type PoisonRecord } from "@stellwerk/bus";
import { formatId } from "@stellwerk/delivery";
import type { Log } from "@stellwerk/log";
import { traceIdOf, type Tracing } from "@stellwerk/telemetry";
import { decodeRecord, type IncomingEvent } from "./decode-record.ts";
import { RouteTooLargeError } from "./errors.ts";
import type { DispatcherMetrics } from "./metrics.ts";
import { traceRoute } from "./trace-route.ts";
import type { Writer } from "./writer.ts";

export interface RouterOptions {
  readonly writer: Writer;
  readonly log: Log;
  readonly metrics?: DispatcherMetrics | undefined;
  readonly tracing?: Tracing | undefined;
}

type Place = Pick<BusBatch, "topic" | "partition" | "handledBefore">;

export class Router {
  readonly #options: RouterOptions;

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  async route(batch: BusBatch): Promise<BatchResult> {
    const { log } = this.#options;
    const dead: PoisonRecord[] = [];
    const events: IncomingEvent[] = [];
    for (const record of batch.records) {
      const decoded = decodeRecord(record, batch.handledBefore);
      if (decoded.ok) events.push(decoded.event);
      else if (!this.#wasPutAside(batch, record.offset)) {
        dead.push({ offset: record.offset, reason: decoded.reason });
      }
    }
    const last = batch.records.at(-1);
    if (last === undefined) return {};
    const nextOffset = Number(last.offset) + 1;
    const traced = traceRoute(this.#options.tracing, batch.topic, events);
    try {
      await this.#routeEvents(batch, traced.events, nextOffset, dead);
      traced.end();
    } catch (error) {
      traced.end("not_routed");
      throw error;
    }
    this.#options.metrics?.putAside(dead.length);
    if (log.isLevelEnabled("debug")) for (const event of traced.events) logRouted(log, event);
    for (const { offset, reason } of dead) {
      log.error(
        { topic: batch.topic, partition: batch.partition, offset: String(offset), reason },
        "a record cannot be routed",
      );
    }
    return { dead };
  }

  /**
   * The stored offset stays before the dead of the last batch, so a restart reads them again. Once the group is
   * past them they are in the dead topic: without this each restart would put them there once more. One of an
   * account that is missing is not asked: it was routed, if the database has been restored since.
   */
  #wasPutAside({ topic, partition, handledBefore }: Place, offset: bigint): boolean {
    if (handledBefore === undefined || offset >= handledBefore) return false;
    const { log } = this.#options;
    log.warn({ topic, partition, offset: String(offset) }, "passing over a record that was put aside before");
    return true;
  }

  /**
   * One strange record must not stop a batch: on a data error the halves are tried, down to the culprit.
   * So are those of a batch that makes too many deliveries for one transaction.
   */
  async #routeEvents(
    batch: Place,
    events: readonly IncomingEvent[],
    nextOffset: number,
    dead: PoisonRecord[],
  ): Promise<void> {
    // The bus puts the dead aside after us, so the stored offset stays before the first of them: a crash in
    // between repeats them. The next batch carries it past.
    const reached = dead.reduce((least, each) => Math.min(least, Number(each.offset)), nextOffset);
    try {
      const { partition, topic } = batch;
      const operations = topic === OPERATIONS_TOPIC;
      const unknownAccounts = await this.#options.writer.route({
        partition,
        operations,
        nextOffset: reached,
        events,
      });
      for (const event of events) {
        if (!unknownAccounts.has(event.accountId)) continue;
        const account = formatId("acc", event.accountId);
        dead.push({ offset: event.offset, reason: `ce_accountid: there is no account ${account}` });
      }
    } catch (error) {
      if (!isDataError(error) && !(error instanceof RouteTooLargeError)) throw error;
      const [first] = events;
      if (events.length <= 1) {
        if (first !== undefined && !this.#wasPutAside(batch, first.offset))
          dead.push({ offset: first.offset, reason: `The store refused it: ${error.message}` });
        return;
      }
      const middle = Math.ceil(events.length / 2);
      const left = events.slice(0, middle);
      // The offset moves with what is committed, so that a crash between the halves repeats the second one only.
      await this.#routeEvents(batch, left, Number(left.at(-1)?.offset) + 1, dead);
      await this.#routeEvents(batch, events.slice(middle), nextOffset, dead);
    }
  }
}

function logRouted(log: Log, event: IncomingEvent): void {
  const ids = { account: formatId("acc", event.accountId), event: formatId("evt", event.id) };
  log.debug({ ...ids, trace: traceIdOf(event.traceparent), type: event.type }, "event routed");
}

/** SQLSTATE classes 22 (the data itself) and 23 (a constraint), and 54 (too large). */
function isDataError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^(22|23|54)/.test(error.code)
  );
}
