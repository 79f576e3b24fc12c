/** A connector as the API shows it: what can be connected, what it can do, and what a form has to ask. */
import {
  type Action,
  type Connector,
  inputJsonSchema,
  type Language,
  parametersJsonSchema,
  type Preset,
  secretsJsonSchema,
  settingsJsonSchema,
} from "@stellwerk/connector-kit";
import { z } from "zod";

export const text = z.object({ en: z.string(), de: z.string().optional() });
const jsonSchema = z.record(z.string(), z.unknown());

const action = z.strictObject({
  id: z.string().describe("As a subscription names it: `webhook.send`."),
  title: text,
  summary: text,
  input: jsonSchema.describe("A field with `options: true` has live choices, see a connection's `options`."),
  repeat: z
    .strictObject({
      kind: z.enum(["natural", "key", "probe", "never"]),
      inDoubt: z.enum(["resend", "hold"]).nullable(),
    })
    .describe(
      "What is done when nobody knows whether an attempt arrived: repeated harmlessly, looked for, or left to a person.",
    ),
  samples: z.array(z.object({ name: z.string(), input: z.unknown() })),
});

const preset = z.strictObject({
  id: z.string(),
  title: text,
  summary: text,
  parameters: jsonSchema.describe("What is asked when it is applied."),
  example: z.unknown(),
  eventTypes: z.array(z.string()),
  action: z.string(),
});

export const connector = z
  .strictObject({
    id: z.string(),
    title: text,
    summary: text,
    homepage: z.string().nullable(),
    icon: z.string().nullable().describe("An SVG."),
    upstream: z
      .object({
        name: z.string(),
        apiVersion: z.string().optional(),
        changelog: z.string().optional(),
      })
      .nullable(),
    auth: z
      .strictObject({
        kind: z.enum(["none", "api_key", "oauth2"]),
        grant: z.enum(["authorization_code", "client_credentials", "jwt_bearer"]).nullable(),
      })
      .describe("With the grant `authorization_code` a person connects it, see `oauth/start`."),
    isTestable: z.boolean().describe("It has checks of its own; without, a test can say nothing."),
    settings: jsonSchema,
    secrets: jsonSchema,
    actions: z.array(action),
    presets: z.array(preset),
  })
  .meta({ id: "Connector" });

type Shown = z.output<typeof connector>;

/** Made once per connector and language: schemas do not change while we run. */
const shown = new WeakMap<Connector, Map<Language | undefined, Shown>>();

/** With a language, titles and help of the schemas are in it; without, `text` holds both. */
export function showConnector(each: Connector, language?: Language): Shown {
  const known = shown.get(each) ?? new Map<Language | undefined, Shown>();
  shown.set(each, known);
  const made = known.get(language) ?? describe(each, language);
  known.set(language, made);
  return made;
}

function describe(each: Connector, language: Language | undefined): Shown {
  const { connection } = each;
  const { auth } = connection;
  return {
    id: each.id,
    title: each.title,
    summary: each.summary,
    homepage: each.homepage ?? null,
    icon: each.icon ?? null,
    upstream: each.upstream ?? null,
    auth: { kind: auth?.kind ?? "none", grant: auth?.kind === "oauth2" ? auth.grant : null },
    isTestable: connection.test !== undefined,
    settings: settingsJsonSchema(connection, language),
    secrets: secretsJsonSchema(connection, language),
    actions: Object.entries(each.actions).map(([name, one]) =>
      showAction(`${each.id}.${name}`, one, language),
    ),
    presets: (each.presets ?? []).map((one) => showPreset(each.id, one, language)),
  };
}

function showAction(id: string, one: Action, language: Language | undefined): z.output<typeof action> {
  const { title, summary, repeat } = one;
  return {
    id,
    title,
    summary,
    input: inputJsonSchema(one, language),
    repeat: { kind: repeat.kind, inDoubt: "inDoubt" in repeat ? repeat.inDoubt : null },
    samples: one.samples.map((sample) => ({ name: sample.name, input: sample.input })),
  };
}

function showPreset(
  connectorId: string,
  one: Preset,
  language: Language | undefined,
): z.output<typeof preset> {
  const { id, title, summary, example, eventTypes } = one;
  return {
    id,
    title,
    summary,
    parameters: parametersJsonSchema(one, language),
    example,
    eventTypes: [...eventTypes],
    action: `${connectorId}.${one.action}`,
  };
}
