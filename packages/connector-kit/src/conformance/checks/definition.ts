/** Stable, explained, documented: what can be seen without sending anything. */
import { existsSync, readFileSync } from "node:fs";
import type { Connector } from "../../connector.ts";
import { writeIntoReadme } from "../../describe-connector.ts";
import type { Text } from "../../outcome.ts";
import { applyPreset } from "../../preset.ts";
import { fieldsWithoutText } from "../../testing/fields-without-text.ts";
import { fail } from "../check.ts";
import type { ConformanceCheck } from "../check.ts";
import { judgeContract } from "../contract.ts";
import { keepFile } from "../keep-file.ts";
import type { ConformanceOptions } from "../options.ts";

const QUESTIONS = [
  "Is order required?",
  "Is replaying missed events safe?",
  "Is replaying delivered ones safe?",
  "Does one event fan out?",
];

export function definitionChecks(connector: Connector, options: ConformanceOptions): ConformanceCheck[] {
  const group = "definition";
  return [
    {
      group,
      name: "a change that breaks what people saved has a changeset that says major",
      run: () => keepsContract(connector, options),
    },
    { group, name: "every field has a title and a help", run: () => explainsFields(connector, options) },
    {
      group,
      name: "everything people read is there in English and German",
      line: "german",
      run: () => speaksGerman(connector),
    },
    { group, name: "every action has a sample", run: () => hasSamples(connector) },
    {
      group,
      name: "presets work on every sample event",
      line: "presets",
      run: () => triesPresets(connector, options),
    },
    { group, name: "the README says what the definition says", run: () => keepsReadme(connector, options) },
    {
      group,
      name: "the README answers: is order required, is replaying safe, does it fan out",
      run: () => answersQuestions(options),
    },
  ];
}

async function keepsContract(connector: Connector, { folder }: ConformanceOptions): Promise<void> {
  const file = new URL("conformance/contract.json", folder);
  const { unannounced, text } = judgeContract(connector, folder, file);
  if (unannounced.length > 0) {
    fail(
      `This breaks what people have saved:\n${unannounced.map((each) => `  ${each}`).join("\n")}\nKeep the old way working, or raise the major version (in a workspace: add a .changeset/*.md that says major). Has nobody used it yet? Delete conformance/contract.json and run vitest -u.`,
    );
  }
  await keepFile(file, text);
}

function explainsFields(connector: Connector, { without = {} }: ConformanceOptions): void {
  const languages = without.german === undefined ? (["en", "de"] as const) : (["en"] as const);
  const { connection, actions, presets = [] } = connector;
  const bare = [
    ...fieldsWithoutText(connection.settings, languages).map((name) => `settings.${name}`),
    ...fieldsWithoutText(connection.secrets, languages).map((name) => `secrets.${name}`),
    ...Object.entries(actions).flatMap(([name, { input }]) =>
      fieldsWithoutText(input, languages).map((field) => `${name}.${field}`),
    ),
    ...presets.flatMap(({ id, parameters }) =>
      fieldsWithoutText(parameters, languages).map((field) => `preset ${id}.${field}`),
    ),
  ];
  if (bare.length > 0) {
    fail(
      `Without title and help in ${languages.join(" and ")}: ${bare.join(", ")}. Give them .meta(field({ title, help })).`,
    );
  }
}

function speaksGerman(connector: Connector): void {
  const { actions, presets = [] } = connector;
  const texts: (readonly [string, Text])[] = [
    ["title", connector.title],
    ["summary", connector.summary],
    ...[...Object.entries(actions), ...presets.map((preset) => [preset.id, preset] as const)].flatMap(
      ([name, { title, summary }]) =>
        [
          [`${name}.title`, title],
          [`${name}.summary`, summary],
        ] as const,
    ),
  ];
  const bare = texts.filter(([, { de }]) => de === undefined || de.trim() === "").map(([name]) => name);
  if (bare.length > 0) fail(`Without German: ${bare.join(", ")}.`);
}

function hasSamples({ actions }: Connector): void {
  const bare = Object.entries(actions).flatMap(([name, { samples }]) => (samples.length === 0 ? [name] : []));
  if (bare.length > 0)
    fail(`Without a sample: ${bare.join(", ")}. A sample is what the preview and this suite send.`);
}

async function triesPresets(connector: Connector, options: ConformanceOptions): Promise<void> {
  const { presets = [] } = connector;
  if (presets.length === 0) fail('It has no presets; say so with `without: { presets: "why" }`.');
  if (options.tryRule === undefined)
    fail("Give the suite `tryRule`, which applies a preset's rule to sample events.");
  for (const preset of presets) {
    const rule = applyPreset(connector, preset, preset.example);
    if (!rule.ok) return fail(`${preset.id} refuses its own example: ${JSON.stringify(rule.problems)}`);
    const problems = await options.tryRule(rule.value);
    if (problems.length > 0) fail(`${preset.id}: ${problems.join("; ")}`);
  }
}

async function keepsReadme(connector: Connector, { folder }: ConformanceOptions): Promise<void> {
  const file = new URL("README.md", folder);
  const readme = existsSync(file) ? readFileSync(file, "utf8") : `# ${connector.title.en}\n`;
  await keepFile(file, writeIntoReadme(readme, connector));
}

function answersQuestions({ folder }: ConformanceOptions): void {
  const file = new URL("README.md", folder);
  const readme = existsSync(file) ? readFileSync(file, "utf8") : "";
  const open = QUESTIONS.filter((question) => {
    const row = readme.split("\n").find((line) => line.includes(question)) ?? "";
    return !/[A-Za-z]/.test(row.slice(row.indexOf(question) + question.length));
  });
  if (open.length > 0) {
    fail(`The README leaves open: ${open.join(" ")} Answer each in a row of a table: | question | answer |.`);
  }
}
