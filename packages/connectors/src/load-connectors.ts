/**
 * Loads connectors that were installed beside Stellwerk, at start. One that cannot be used is refused with what is
 * wrong and what to do, and keeps no other from working.
 */
import { readFileSync } from "node:fs";
import { createRequire, findPackageJSON } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConnectorDefinitionError, defineConnector, KIT_VERSION } from "@stellwerk/connector-kit";
import type { Connector, Text } from "@stellwerk/connector-kit";
import { builtInConnectors } from "./built-in-connectors.ts";
import { fitsKit } from "./kit-range.ts";

/** For the top level of a package: it describes, and has nothing to wait for. */
const LOAD_TIMEOUT_MS = 10_000;
const PACKAGE_NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

export interface LoadOptions {
  /** `@acme/stellwerk-connector-x`, or a path that begins with a dot or a slash. */
  readonly names: readonly string[];
  /** The folder whose `node_modules` they are in. */
  readonly from: string;
  readonly log?: { error(fields: object, message: string): void } | undefined;
}

export interface RefusedConnector {
  readonly name: string;
  readonly problem: Text;
  readonly fix: Text;
}

export interface LoadedConnectors {
  /** Those that come with Stellwerk, then the loaded ones. */
  readonly connectors: readonly Connector[];
  readonly refused: readonly RefusedConnector[];
}

/**
 * @example
 * const { connectors, refused } = await loadConnectors({ names: ["@acme/stellwerk-connector-x"], from: process.cwd() });
 */
export async function loadConnectors({ names, from, log }: LoadOptions): Promise<LoadedConnectors> {
  const loaded = await Promise.all([...new Set(names)].map((name) => load(name, from)));
  const connectors = [...builtInConnectors];
  const refused: RefusedConnector[] = [];
  for (const each of loaded) {
    if (each.connector === undefined) {
      refused.push(each);
      continue;
    }
    const clash = refuseClash(each.name, each.connector, connectors);
    if (clash === undefined) connectors.push(each.connector);
    else refused.push(clash);
  }
  for (const { name, problem, fix } of refused) {
    log?.error({ connector: name }, `the connector ${name} is not loaded: ${problem.en} ${fix.en}`);
  }
  return { connectors, refused };
}

type Loaded =
  | { readonly name: string; readonly connector: Connector }
  | (RefusedConnector & { readonly connector?: never });

async function load(name: string, from: string): Promise<Loaded> {
  const isPath = /^\.{1,2}[/\\]/.test(name) || isAbsolute(name);
  if (!isPath && !PACKAGE_NAME.test(name)) return notAName(name);
  const entry = findEntry(isPath ? resolve(from, name) : name, from);
  if (entry === undefined) return notInstalled(name, from);
  let exported: unknown;
  try {
    exported = await withinTime(import(pathToFileURL(entry).href));
  } catch (error) {
    return notLoadable(name, error);
  }
  const candidate: unknown =
    typeof exported === "object" && exported !== null && Reflect.get(exported, "default");
  if (!looksLikeConnector(candidate)) return noConnector(name);
  if (candidate.kit === undefined) return withoutKit(name);
  if (!fitsKit(candidate.kit, KIT_VERSION)) return otherKit(name, candidate.kit);
  try {
    // By our kit's rules: its own may be another version.
    return { name, connector: defineConnector(candidate) };
  } catch (error) {
    return notLoadable(name, error);
  }
}

/** The file that `import` of it would load, from that folder. */
function findEntry(name: string, from: string): string | undefined {
  const place = join(resolve(from), "load-connectors.js");
  try {
    const found = createRequire(place).resolve(name);
    // One of Node's own modules has a name and no file.
    return isAbsolute(found) ? found : undefined;
  } catch {
    // For `import` alone: what `exports` says, as far as connectors need it.
    return isAbsolute(name)
      ? importedEntry(join(name, "package.json"))
      : importedEntry(packageJson(name, place));
  }
}

function packageJson(name: string, place: string): string | undefined {
  try {
    return findPackageJSON(name, pathToFileURL(place));
  } catch {
    return undefined;
  }
}

function importedEntry(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const { exports } = JSON.parse(readFileSync(path, "utf8")) as { exports?: Exports };
    const root = typeof exports === "object" && "." in exports ? exports["."] : exports;
    const file = typeof root === "object" ? (root["import"] ?? root["default"]) : root;
    return typeof file === "string" ? join(dirname(path), file) : undefined;
  } catch {
    return undefined;
  }
}

type Exports = string | { readonly [condition: string]: Exports };

async function withinTime<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("it did not load within 10 s")), LOAD_TIMEOUT_MS);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

function looksLikeConnector(value: unknown): value is Connector {
  if (typeof value !== "object" || value === null) return false;
  return ["id", "title", "hosts", "connection", "actions"].every(
    (name) => Reflect.get(value, name) !== undefined,
  );
}

function refuseClash(
  name: string,
  { id }: Connector,
  others: readonly Connector[],
): RefusedConnector | undefined {
  if (!others.some((other) => other.id === id)) return undefined;
  return {
    name,
    problem: {
      en: `There is a connector with the id "${id}" already.`,
      de: `Einen Connector mit der ID „${id}“ gibt es schon.`,
    },
    fix: {
      en: "Its author has to choose another id; or leave one of the two out of STELLWERK_CONNECTORS.",
      de: "Der Autor muss eine andere ID wählen; oder lass einen der beiden in STELLWERK_CONNECTORS weg.",
    },
  };
}

function notAName(name: string): RefusedConnector {
  return {
    name,
    problem: { en: "It is not the name of a package.", de: "Das ist kein Paketname." },
    fix: {
      en: "Write @acme/stellwerk-connector-x, or a path that begins with ./ or /.",
      de: "Schreibe @acme/stellwerk-connector-x oder einen Pfad, der mit ./ oder / beginnt.",
    },
  };
}

function notInstalled(name: string, from: string): RefusedConnector {
  const folder = resolve(from);
  return {
    name,
    problem: { en: `It is not installed in ${folder}.`, de: `Es ist in ${folder} nicht installiert.` },
    fix: {
      en: `Run npm install ${name} there, or set STELLWERK_CONNECTORS_DIR to the folder it is installed in.`,
      de: `Führe dort npm install ${name} aus oder setze STELLWERK_CONNECTORS_DIR auf den Ordner, in dem es installiert ist.`,
    },
  };
}

function notLoadable(name: string, error: unknown): RefusedConnector {
  const why = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
  const isDefinition =
    error instanceof ConnectorDefinitionError ||
    (error instanceof Error && error.name === "ConnectorDefinitionError");
  const problem = isDefinition
    ? { en: `Its definition cannot work: ${why}.`, de: `Seine Definition kann nicht funktionieren: ${why}.` }
    : { en: `It ends with an error when it is loaded: ${why}.`, de: `Beim Laden kommt ein Fehler: ${why}.` };
  return {
    name,
    problem,
    fix: {
      en: "Tell its author, or install another version.",
      de: "Sag dem Autor Bescheid oder installiere eine andere Version.",
    },
  };
}

function noConnector(name: string): RefusedConnector {
  return {
    name,
    problem: {
      en: "Its default export is not a connector.",
      de: "Sein Default-Export ist kein Connector.",
    },
    fix: {
      en: "Its author writes `export default defineConnector({ … })` in its entry.",
      de: "Der Autor schreibt `export default defineConnector({ … })` in die Einstiegsdatei.",
    },
  };
}

function withoutKit(name: string): RefusedConnector {
  return {
    name,
    problem: {
      en: "It does not say which version of the kit it was written for.",
      de: "Es sagt nicht, für welche Version des Kits es geschrieben ist.",
    },
    fix: {
      en: `Its author adds \`kit: "^${KIT_VERSION.split(".")[0]}"\` to its definition.`,
      de: `Der Autor ergänzt \`kit: "^${KIT_VERSION.split(".")[0]}"\` in der Definition.`,
    },
  };
}

function otherKit(name: string, range: string): RefusedConnector {
  return {
    name,
    problem: {
      en: `It was written for the kit ${range}; this Stellwerk has ${KIT_VERSION}.`,
      de: `Es ist für das Kit ${range} geschrieben; dieses Stellwerk hat ${KIT_VERSION}.`,
    },
    fix: {
      en: "Install a version of it that fits, or another version of Stellwerk.",
      de: "Installiere eine passende Version davon oder eine andere Version von Stellwerk.",
    },
  };
}
