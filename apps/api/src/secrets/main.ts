/** `pnpm secrets`: which key seals what, and the rotation to another key. docs/operate/secrets.md. */
import {
  createSealer,
  openDatabase,
  readOtherSecretKeys,
  readSecretKey,
  StoreUnavailableError,
} from "@stellwerk/store";
import { readSecretsConfig } from "../config.ts";
import { readSecretsCommand, runSecretsCommand, SECRETS_USAGE } from "./run-secrets-command.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const command = readSecretsCommand(process.argv.slice(2));
if (command === undefined) {
  print(SECRETS_USAGE);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await run(command);
  } catch (error) {
    // A cause may name the host, never the password.
    const cause =
      error instanceof StoreUnavailableError && error.cause instanceof Error ? error.cause.message : "";
    process.stderr.write(
      `${error instanceof Error ? error.message : String(error)}${cause && ` (${cause})`}\n`,
    );
    process.exitCode = 1;
  }
}

async function run(wanted: "status" | "rotate"): Promise<number> {
  const config = readSecretsConfig();
  const others = readOtherSecretKeys(config.STELLWERK_OTHER_SECRET_KEYS);
  const sealer = createSealer({ current: readSecretKey(config.STELLWERK_SECRET_KEY), others });
  const db = openDatabase({
    url: config.DATABASE_URL,
    applicationName: "stellwerk secrets",
    maxConnections: 2,
  });
  try {
    return await runSecretsCommand({
      command: wanted,
      db,
      sealer,
      otherKeyIds: others.map(({ id }) => id),
      print,
    });
  } finally {
    await db.close();
  }
}
