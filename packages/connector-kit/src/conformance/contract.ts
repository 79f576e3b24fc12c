/**
 * What of a connector stands in people's subscriptions, as a committed file: ids and schemas. It changes with the
 * connector, and what would break a subscription needs a changeset that says major, or a higher major version. A
 * package of one's own may break until its 1.0.0.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { Connector } from "../connector.ts";
import {
  inputJsonSchema,
  parametersJsonSchema,
  secretsJsonSchema,
  settingsJsonSchema,
} from "../json-schema.ts";
import type { JsonSchema } from "../json-schema.ts";
import { breakingChanges } from "./compare-contracts.ts";

export interface Contract {
  readonly id: string;
  readonly settings: JsonSchema;
  readonly secrets: JsonSchema;
  readonly actions: Readonly<
    Record<string, { readonly input: JsonSchema; readonly output: JsonSchema | null }>
  >;
  readonly presets: Readonly<Record<string, JsonSchema>>;
}

/** The committed file. */
interface Recorded {
  /** The package's version when this was recorded. */
  readonly version: string;
  /** Major ones that were pending then: they tell of what is recorded here, and so of no later change. */
  readonly changesets: readonly string[];
  readonly contract: Contract;
}

export function contractOf(connector: Connector): Contract {
  return JSON.parse(
    JSON.stringify({
      id: connector.id,
      settings: settingsJsonSchema(connector.connection),
      secrets: secretsJsonSchema(connector.connection),
      actions: Object.fromEntries(
        Object.entries(connector.actions).map(([name, action]) => [
          name,
          {
            input: inputJsonSchema(action),
            output:
              action.output === undefined ? null : z.toJSONSchema(action.output, { unrepresentable: "any" }),
          },
        ]),
      ),
      presets: Object.fromEntries(
        (connector.presets ?? []).map((preset) => [preset.id, parametersJsonSchema(preset)]),
      ),
    }),
  ) as Contract;
}

export interface ContractVerdict {
  /** Changes that nobody has announced; empty when all is well. */
  readonly unannounced: readonly string[];
  /** What the committed file should say. */
  readonly text: string;
}

/** `file` may not be there yet: a connector's first contract breaks nothing. */
export function judgeContract(connector: Connector, folder: URL, file: URL): ContractVerdict {
  const contract = contractOf(connector);
  const recorded = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Recorded) : undefined;
  const manifest = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as Manifest;
  const { name, version } = manifest;
  const majors = majorChangesets(folder, name);
  const breaking = recorded === undefined ? [] : breakingChanges(recorded.contract, contract);
  // Without it, the first edit of what the generator made would break what nobody has saved.
  const isUnreleased = manifest.private !== true && majorOf(version) === 0;
  const isAnnounced =
    isUnreleased ||
    (recorded !== undefined &&
      (majorOf(version) > majorOf(recorded.version) ||
        majors.some((each) => !recorded.changesets.includes(each))));
  const isSame = recorded !== undefined && JSON.stringify(recorded.contract) === JSON.stringify(contract);
  const wanted: Recorded = isSame ? recorded : { version, changesets: majors, contract };
  return {
    unannounced: isAnnounced ? [] : breaking,
    text: `${JSON.stringify(wanted, null, 2)}\n`,
  };
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  /** Released with Stellwerk, not by itself: its version says nothing. */
  readonly private?: boolean;
}

/** Names of the pending changesets that say `major` for this package. */
function majorChangesets(folder: URL, packageName: string): string[] {
  const changesets = findUpwards(".changeset/", folder);
  if (changesets === undefined) return [];
  return readdirSync(changesets)
    .filter((file) => file.endsWith(".md") && file !== "README.md")
    .filter((file) => {
      const frontMatter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(
        readFileSync(new URL(file, changesets), "utf8"),
      )?.[1];
      return (frontMatter ?? "").split(/\r?\n/).some((line) => {
        const [name, bump] = line.split(/:(?=[^:]*$)/).map((part) => part.trim().replaceAll(/["']/g, ""));
        return name === packageName && bump === "major";
      });
    })
    .map((file) => file.slice(0, -".md".length))
    .toSorted();
}

function findUpwards(name: string, from: URL): URL | undefined {
  for (let folder = from; ; folder = new URL("..", folder)) {
    const found = new URL(name, folder);
    if (existsSync(found)) return found;
    if (folder.pathname === new URL("..", folder).pathname) return undefined;
  }
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
