import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import type { Connector } from "../index.ts";
import { contractOf } from "./contract.ts";
import { conformanceChecks } from "./index.ts";
import type { ConformanceOptions } from "./index.ts";
import { boardsOptions } from "./testing/boards-options.ts";
import { makeBoards } from "./testing/boards.ts";
import { wrongTests } from "./wrong-connectors/connection-tests.ts";
import { wrongCrashes } from "./wrong-connectors/crashes.ts";
import { withoutText, wrongDefinitions } from "./wrong-connectors/definition.ts";
import { wrongDeliveries } from "./wrong-connectors/delivery.ts";
import { wrongFaults } from "./wrong-connectors/faults.ts";
import { wrongInputs } from "./wrong-connectors/inputs.ts";
import { wrongPurity } from "./wrong-connectors/purity.ts";
import type { Wrong } from "./wrong-connectors/wrong.ts";

const TIMEOUT_MS = 60_000;
const wrongs = [
  ...wrongDefinitions,
  ...wrongPurity,
  ...wrongDeliveries,
  ...wrongFaults,
  ...wrongCrashes,
  ...wrongInputs,
  ...wrongTests,
];

async function complaintOf(
  connector: Connector,
  options: Partial<ConformanceOptions> | undefined,
  name: string,
): Promise<string> {
  const all = conformanceChecks(connector, { ...boardsOptions, ...options });
  const check = all.find((each) => each.name === name);
  if (check === undefined) throw new Error(`the suite has no line "${name}"`);
  try {
    await check.run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "nothing";
}

describe("caught:", () => {
  test.each<Wrong>(wrongs)(
    "$mistake",
    { timeout: TIMEOUT_MS },
    async ({ connector, options, caughtBy, says }) => {
      expect(await complaintOf(connector, options, caughtBy)).toMatch(says);
    },
  );
});

describe("in the package's files,", () => {
  const CONTRACT = "a change that breaks what people saved has a changeset that says major";
  const QUESTIONS = "the README answers: is order required, is replaying safe, does it fan out";
  const README = "the README says what the definition says";
  const packageJson = JSON.stringify({ name: "@acme/connector-boards", version: "1.2.0" });

  async function complaintIn(files: Readonly<Record<string, string>>, connector: Connector, name: string) {
    const cache = new URL("../../.cache/", import.meta.url);
    mkdirSync(cache, { recursive: true });
    const folder = pathToFileURL(`${mkdtempSync(new URL("boards-", cache).pathname)}/`);
    try {
      mkdirSync(new URL("conformance/", folder));
      mkdirSync(new URL(".changeset/", folder));
      for (const [file, text] of Object.entries(files)) writeFileSync(new URL(file, folder), text);
      return await complaintOf(connector, { folder }, name);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const recorded = (changesets: readonly string[] = [], version = "1.2.0") => ({
    "package.json": packageJson,
    "conformance/contract.json": JSON.stringify({ version, changesets, contract: contractOf(makeBoards()) }),
  });
  const major = '---\n"@acme/connector-boards": major\n---\nNo more texts.\n';

  test("a field that is gone is caught", async () => {
    expect(await complaintIn(recorded(), withoutText, CONTRACT)).toMatch(
      /breaks what people have saved:\n {2}add_card\.text was removed/,
    );
  });

  test("a field that is gone is caught when an older change was announced, or a smaller one", async () => {
    const older = { ...recorded(["old"]), ".changeset/old.md": major };
    expect(await complaintIn(older, withoutText, CONTRACT)).toMatch(/add_card\.text was removed/);
    const smaller = { ...recorded(), ".changeset/new.md": major.replace("major", "minor") };
    expect(await complaintIn(smaller, withoutText, CONTRACT)).toMatch(/add_card\.text was removed/);
  });

  test("before its 1.0.0 a package of one's own breaks nothing, one that is released with others does", async ({
    skip,
  }) => {
    const { snapshotUpdateState } = expect.getState().snapshotState;
    skip(snapshotUpdateState === "all", "with -u it is written, so there is nothing to complain about");
    const young = { name: "@acme/connector-boards", version: "0.3.0" };
    const files = (manifest: object) => ({
      ...recorded([], "0.3.0"),
      "package.json": JSON.stringify(manifest),
    });
    expect(await complaintIn(files(young), withoutText, CONTRACT)).toMatch(/contract\.json is out of date/);
    const part = files({ ...young, private: true });
    expect(await complaintIn(part, withoutText, CONTRACT)).toMatch(/add_card\.text was removed/);
  });

  test("a README that answers nothing is caught", async () => {
    const files = { "README.md": "# Boards\n\n| Is order required? | |\n| --- | --- |\n" };
    expect(await complaintIn(files, makeBoards(), QUESTIONS)).toMatch(/leaves open: Is order required\?/);
  });

  test("a README that is not what the definition says is caught", async ({ skip }) => {
    const { snapshotUpdateState } = expect.getState().snapshotState;
    skip(snapshotUpdateState === "all", "with -u it is written, so there is nothing to complain about");
    const complaint = await complaintIn({ "README.md": "# Boards\n" }, makeBoards(), README);
    expect(complaint).toMatch(/README\.md is out of date/);
  });
});

test("every line of the suite has a connector that it catches", () => {
  const inFiles = [
    "a change that breaks what people saved has a changeset that says major",
    "the README says what the definition says",
    "the README answers: is order required, is replaying safe, does it fan out",
  ];
  const withoutAction = (name: string): string => name.replace(/^[a-z]+_[a-z]+: /, "");
  const caught = new Set([...inFiles, ...wrongs.map(({ caughtBy }) => withoutAction(caughtBy))]);
  const lines = conformanceChecks(makeBoards(), boardsOptions).map(({ name }) => withoutAction(name));
  expect(lines.filter((line) => !caught.has(line))).toEqual([]);
});
