/** Holds one source file to the arrows. Pure: text in, findings out. */
import { posix } from "node:path";
import { ALSO_FOR_TESTS, ARROWS, BUS_DRIVERS, MOST_LINES, OUTSIDERS } from "./arrows.ts";
import { readImports } from "./read-imports.ts";
import type { Import } from "./read-imports.ts";

export interface Finding {
  readonly file: string;
  readonly line?: number;
  readonly severity: "error" | "warning";
  readonly message: string;
}

export interface Home {
  /** Without our scope: "store". */
  readonly name: string;
  /** From the root: "packages/store". */
  readonly folder: string;
}

/**
 * @param file from the root, with slashes: "packages/bus/src/port.ts"
 * @example
 * checkBoundaries({ name: "connector-slack", folder: "packages/connector-slack" }, file, 'import "@stellwerk/store";')
 */
export function checkBoundaries(home: Home, file: string, source: string): Finding[] {
  const lines = source.split("\n").length - 1;
  const findings: Finding[] = [];
  // What is generated nobody reads from top to bottom.
  if (lines > MOST_LINES && !file.includes("/generated/")) {
    const message = `${lines} lines; past ${MOST_LINES} ask which second idea moved in`;
    findings.push({ file, severity: "warning", message });
  }
  for (const each of readImports(file, source)) {
    const message = checkImport(home, file, each);
    if (message) findings.push({ file, line: each.line, severity: "error", message });
  }
  return findings;
}

function checkImport(home: Home, file: string, { from, names }: Import): string | undefined {
  if (from.startsWith(".")) {
    const target = posix.join(posix.dirname(file), from);
    return target.startsWith(`${home.folder}/`)
      ? undefined
      : `"${from}" leaves the package; import another package by its name`;
  }
  const [, target, entry] = /^@stellwerk\/([^/]+)(?:\/(.+))?$/.exec(from) ?? [];
  if (target === undefined || OUTSIDERS.some((folder) => home.folder.startsWith(folder))) return undefined;

  const inTest = isTestCode(file);
  if (entry?.startsWith("testing") && !inTest) return `"${from}" is for tests only`;
  if (target !== home.name && !mayImport(home.name, target, inTest))
    return describeRefusal(home.name, target);
  const driver = names.find((name) => BUS_DRIVERS.includes(name));
  if (
    target === "bus" &&
    !inTest &&
    !/^apps\/[^/]+\/src\/(?:[^/]+\/)?main\.ts$/.test(file) &&
    (driver ?? names.includes("*"))
  ) {
    return `${driver ?? "import *"}: only an app's main.ts chooses the bus driver; take an EventBus as an argument`;
  }
  return undefined;
}

function mayImport(home: string, target: string, inTest: boolean): boolean {
  if (inTest && ALSO_FOR_TESTS.includes(target)) return true;
  return arrowsOf(home).some(
    (allowed) => allowed === target || (allowed === "connector-*" && isConnector(target)),
  );
}

function describeRefusal(home: string, target: string): string {
  const allowed = arrowsOf(home);
  const may = allowed.length === 0 ? "nothing of ours" : allowed.join(", ");
  return `${home} may not import ${target}, only ${may} (tooling/boundaries/arrows.ts)`;
}

function arrowsOf(home: string): readonly string[] {
  return ARROWS[home] ?? (isConnector(home) ? ARROWS["connector-*"] : undefined) ?? [];
}

function isConnector(name: string): boolean {
  return name.startsWith("connector-") && name !== "connector-kit";
}

function isTestCode(file: string): boolean {
  return file.endsWith(".test.ts") || file.includes("/src/testing/") || file.endsWith("vitest.config.ts");
}
