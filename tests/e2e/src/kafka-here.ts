/**
 * Vitest's global setup: can Kafka run on this machine? Each file starts a broker of its own, for the topics and the
 * group have fixed names. Where it cannot, tests on it are left out and the reason is printed; with CI=true that is
 * a failure.
 */
import { KafkaMissingError, resolveJars } from "@stellwerk/kafka-broker";

/** Set for the test files when it can. */
export const KAFKA_HERE = "STELLWERK_E2E_KAFKA_HERE";

export async function setup(): Promise<void> {
  try {
    await resolveJars((text) => process.stderr.write(`${text}\n`));
    // The workers start after this and inherit it.
    process.env[KAFKA_HERE] = "yes";
  } catch (error) {
    const inCi = !["", "false"].includes(process.env["CI"] ?? "");
    if (!(error instanceof KafkaMissingError) || inCi) throw error;
    process.stderr.write(`\nEnd-to-end tests on Kafka are left out. ${error.message}\n\n`);
  }
}
