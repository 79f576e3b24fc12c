/** A connector and its played vendor, out of the folder of its package. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Connector } from "../connector.ts";
import type { Play } from "./try-action.ts";
import type { Found } from "./try-command.ts";

/** @throws when its source ends with an error, or exports no connector */
export async function findConnector(folder: string): Promise<Found> {
  const exported = await load(join(folder, "src/index.ts"));
  const connector = Object.values(exported ?? {}).find(isConnector);
  if (connector === undefined) throw new Error(`${folder}/src/index.ts exports no connector`);
  return { connector, play: await loadPlay(folder) };
}

async function loadPlay(folder: string): Promise<Play | undefined> {
  const { connection, fake } = (await load(join(folder, "src/testing/play.ts"))) ?? {};
  if (typeof connection !== "function" || typeof fake !== "function") return undefined;
  // What they take and answer is checked when they are called.
  return { connection, fake } as Play;
}

async function load(file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (!existsSync(file)) return undefined;
  return (await import(pathToFileURL(file).href)) as Readonly<Record<string, unknown>>;
}

function isConnector(value: unknown): value is Connector {
  return (
    typeof value === "object" &&
    value !== null &&
    "actions" in value &&
    "connection" in value &&
    "id" in value
  );
}
