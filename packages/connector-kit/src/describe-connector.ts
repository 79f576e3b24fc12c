/** A connector's documentation, made from its definition: what a README says cannot go out of date. */
import type { Action, Connector } from "./connector.ts";
import {
  fieldsOf,
  inputJsonSchema,
  parametersJsonSchema,
  secretsJsonSchema,
  settingsJsonSchema,
} from "./json-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { Repeat } from "./repeat.ts";

const BEGIN = "<!-- begin: made from the definition by the conformance suite; `vitest -u` writes it -->";
const END = "<!-- end -->";

/** @example describeConnector(slack) // "**Connection.** Reaches slack.com. …" */
export function describeConnector(connector: Connector): string {
  const { connection, presets = [] } = connector;
  const settings = table(settingsJsonSchema(connection, "en"), "settings");
  const secrets = table(secretsJsonSchema(connection, "en"), "secrets");
  return [
    `## Connection`,
    connectionFacts(connector),
    ...(settings === undefined && secrets === undefined ? ["Nothing is asked for."] : []),
    ...(settings === undefined ? [] : [settings]),
    ...(secrets === undefined ? [] : [secrets]),
    ...Object.entries(connector.actions).flatMap(([name, action]) =>
      describeAction(connector.id, name, action),
    ),
    ...(presets.length === 0 ? [] : ["## Presets"]),
    ...presets.flatMap((preset) => {
      const parameters = table(parametersJsonSchema(preset, "en"), "parameter");
      return [
        `**${preset.title.en}** (\`${preset.id}\`): ${preset.summary.en} For ${preset.eventTypes.map(code).join(", ")}, by \`${connector.id}.${preset.action}\`.`,
        ...(parameters === undefined ? [] : [parameters]),
      ];
    }),
  ].join("\n\n");
}

/** The same README with the part between the markers made anew; without markers it is put at the end. */
export function writeIntoReadme(readme: string, connector: Connector): string {
  const section = `${BEGIN}\n\n${describeConnector(connector)}\n\n${END}`;
  const [start, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (start === -1 || end < start) return `${readme.trimEnd()}\n\n${section}\n`;
  return readme.slice(0, start) + section + readme.slice(end + END.length);
}

function connectionFacts({ hosts, upstream, connection, homepage }: Connector): string {
  const { auth, limits, test } = { ...connection, test: connection.test !== undefined };
  const reaches =
    hosts === "any"
      ? "any public address"
      : typeof hosts === "function"
        ? "the hosts that its settings name"
        : hosts.map(code).join(", ");
  const kinds = { none: "nothing", api_key: "a key", oauth2: "OAuth 2" };
  const kind = auth?.kind ?? (connection.authorise === undefined ? "none" : "api_key");
  return [
    reaches === "" ? "Sends no requests." : `Reaches ${reaches}. Proves who it is by ${kinds[kind]}.`,
    ...(upstream === undefined ? [] : [`Written against ${upstream.name}${version(upstream.apiVersion)}.`]),
    ...(limits?.concurrency === undefined ? [] : [`At most ${limits.concurrency} requests at once.`]),
    ...(limits?.perSecond === undefined ? [] : [`At most ${limits.perSecond} a second.`]),
    ...(test ? ["A connection can be tested before it is used."] : []),
    ...(homepage === undefined ? [] : [`See <${homepage}>.`]),
  ].join(" ");
}

function version(apiVersion: string | undefined): string {
  return apiVersion === undefined ? "" : ` ${apiVersion}`;
}

function describeAction(connector: string, name: string, action: Action): string[] {
  const input = table(inputJsonSchema(action, "en"), "input");
  const output = action.output === undefined ? [] : ["What came of it is in the delivery's `output`."];
  return [
    `## \`${connector}.${name}\``,
    [`${action.summary.en} ${repeats(action.repeat)}`, ...output].join(" "),
    ...(input === undefined ? [] : [input]),
    ...(action.samples.length === 0
      ? []
      : [`Samples: ${action.samples.map((sample) => sample.name).join(", ")}.`]),
  ];
}

function repeats(repeat: Repeat): string {
  const inDoubt = {
    resend: "is sent again, marked as a possible duplicate",
    hold: "waits for a person",
  };
  switch (repeat.kind) {
    case "natural":
      return `Sent twice, it comes to the same: ${repeat.because}.`;
    case "key":
      return `Sent twice, the second is dropped: ${repeat.because}.`;
    case "probe":
      return `When nobody knows whether it arrived, it looks; when that does not tell, the delivery ${inDoubt[repeat.inDoubt]}.`;
    case "never":
      return `When nobody knows whether it arrived, the delivery ${inDoubt[repeat.inDoubt]}.`;
  }
}

function table(schema: JsonSchema, what: string): string | undefined {
  const fields = [...fieldsOf(schema)];
  if (fields.length === 0) return undefined;
  const required = schema["required"];
  const rows = fields.map(([name, field]) => {
    const needed = Array.isArray(required) && required.includes(name) && field["default"] === undefined;
    const live = field["options"] === true ? " Choices are offered; an id may be typed too." : "";
    return [code(name), needed ? "yes" : "", `${cell(field["title"])}: ${cell(field["description"])}${live}`];
  });
  return markdownTable([[what, "required", ""], ...rows]);
}

/** As the formatter writes it: columns of one width. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: unknown): string {
  return typeof text === "string" ? text.replaceAll("|", "\\|").replaceAll("\n", " ") : "";
}
