/**
 * What kafkajs says, in our log. It calls many things an error that mend themselves within seconds (a coordinator
 * that still loads, a leader that moved, a broker that restarts): those are shown only when they last.
 */
import type { logCreator } from "kafkajs";
import type { Logger } from "pino";

/** Trouble that lasts so long is shown, and again each time so much has passed. */
const LASTING_MS = 30_000;
/** Nothing was said for so long: it is over. */
const QUIET_MS = 10_000;
const ERROR = 1;

export function createKafkaLog(log: Logger, now: () => number = () => performance.now()): logCreator {
  let since = 0;
  let lastAt = -Infinity;
  let shownAt = -Infinity;
  return () =>
    ({ namespace, level, log: { message, timestamp: _timestamp, logger: _logger, ...details } }) => {
      const context = { kafka: namespace, ...details };
      if (level !== ERROR) {
        log.debug(context, message);
        return;
      }
      const at = now();
      if (at - lastAt > QUIET_MS) since = at;
      lastAt = at;
      if (at - since < LASTING_MS || at - shownAt < LASTING_MS) {
        log.debug(context, message);
        return;
      }
      shownAt = at;
      log.error({ ...context, forMs: Math.round(at - since) }, `trouble with Kafka lasts: ${message}`);
    };
}
