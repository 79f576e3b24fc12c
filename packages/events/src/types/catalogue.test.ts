import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import {
  asyncApiDocument,
  encodeHeaders,
  eventTypeOf,
  eventTypes,
  isOperationsType,
  parseEvent,
  schemaIdOf,
} from "../index.ts";

const samples = eventTypes.flatMap((type) =>
  type.samples.map((sample) => ({ type, sample, name: `${type.name}/${sample.name}` })),
);

function strictAjv() {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  for (const keyword of ["x-de", "x-documented", "x-dataschema", "components"]) ajv.addKeyword(keyword);
  return ajv;
}

const asJsonFile = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

describe("catalogue", () => {
  test("has the seven types of the platform, and our ten behind them", () => {
    expect(eventTypes.map((type) => type.name)).toEqual([
      "website_created",
      "website_status_changed",
      "log_created",
      "todo_created",
      "website_todo_assignee_changed",
      "domain_created",
      "form_submitted",
      "stellwerk.delivery_failing",
      "stellwerk.delivery_exhausted",
      "stellwerk.delivery_held",
      "stellwerk.delivery_expired",
      "stellwerk.subscription_failing",
      "stellwerk.subscription_stopped",
      "stellwerk.breaker_opened",
      "stellwerk.breaker_closed",
      "stellwerk.connection_broken",
      "stellwerk.source_silent",
    ]);
  });

  test("says that of the platform's types only website_status_changed is documented", () => {
    const ofThePlatform = eventTypes.filter((type) => !isOperationsType(type.name));
    expect(ofThePlatform.filter((type) => type.documented).map((type) => type.name)).toEqual([
      "website_status_changed",
    ]);
    const names = samples.filter(({ sample }) => sample.documented).map(({ name }) => name);
    expect(names.filter((name) => !isOperationsType(name))).toEqual([
      "website_status_changed/harrys-diner-done",
    ]);
  });

  test("a type it does not know has no schema", () => {
    expect(schemaIdOf("website_created")).toBe("https://stellwerk.dev/schemas/events/website_created/1.json");
    expect(schemaIdOf("invoice_paid")).toBeUndefined();
    expect(eventTypeOf("constructor")).toBeUndefined();
  });

  test("describes every type and every field it names in both languages", () => {
    const undescribed: string[] = [];
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== "object" || schema === null) return;
      const { properties, items, anyOf, $ref, title, "x-de": german } = schema as Record<string, unknown>;
      const isField = !path.endsWith("items") && !/anyOf\.\d+$/.test(path) && !path.endsWith("/event");
      if (isField && $ref === undefined && (!title || !(german as { title?: string })?.title))
        undescribed.push(path);
      for (const [name, field] of Object.entries(properties ?? {})) visit(field, `${path}/${name}`);
      visit(items, `${path}.items`);
      if (Array.isArray(anyOf)) anyOf.forEach((option, index) => visit(option, `${path}.anyOf.${index}`));
    };
    for (const { name, jsonSchema } of eventTypes) {
      visit(jsonSchema, name);
      for (const [id, definition] of Object.entries(jsonSchema["$defs"] ?? {})) visit(definition, id);
    }
    expect(undescribed).toEqual([]);
  });
});

describe("samples", () => {
  test("the documented one is the platform's own, field by field and in its order", () => {
    const fixture = readFileSync(
      new URL("../../fixtures/website_status_changed.json", import.meta.url),
      "utf8",
    );
    const sample = eventTypeOf("website_status_changed")?.samples[0];
    expect(asJsonFile(sample?.data)).toBe(
      fixture.replace('"domains": ["example.com"]', '"domains": [\n      "example.com"\n    ]'),
    );
  });

  test.each(samples)("$name fits its zod schema", ({ type, sample }) => {
    expect(parseEvent(sample.data)).toEqual({ ok: true, known: true, event: sample.data });
    expect(sample.data).toHaveProperty("event", type.name);
  });

  test.each(samples)("$name fits the committed JSON Schema", ({ type, sample }) => {
    const file = new URL(`../../schemas/${type.name}/${type.version}.json`, import.meta.url);
    const validate = strictAjv().compile(JSON.parse(readFileSync(file, "utf8")) as object);
    expect(validate(sample.data) || validate.errors).toBe(true);
  });

  test.each(samples)("$name fits the committed AsyncAPI document", ({ type, sample }) => {
    const ajv = strictAjv();
    ajv.addSchema(
      { $id: "asyncapi", components: { schemas: committedAsyncApi().components.schemas } },
      "asyncapi",
      true,
      false,
    );
    const validate = ajv.getSchema(`asyncapi#/components/schemas/${type.name}`);
    expect(validate?.(sample.data) ?? "no such schema").toBe(true);
  });

  test("a JSON Schema refuses what its zod schema refuses", () => {
    const { jsonSchema, samples: known } = eventTypeOf("website_status_changed")!;
    const validate = strictAjv().compile(jsonSchema);
    const broken = { ...structuredClone(known[0].data), previousStatus: 3 };
    expect(validate(broken)).toBe(false);
    expect(parseEvent(broken).ok).toBe(false);
  });
});

/** Two files are generated from the code: `vitest run -u` writes them, and a published change needs a changeset. */
describe("committed documents", () => {
  test.each(eventTypes)("schemas/$name is the code's", async (type) => {
    await expect(asJsonFile(type.jsonSchema)).toMatchFileSnapshot(
      `../../schemas/${type.name}/${type.version}.json`,
    );
  });

  test("asyncapi.json is the code's", async () => {
    await expect(asJsonFile(asyncApiDocument())).toMatchFileSnapshot("../../asyncapi.json");
  });

  test("every reference inside asyncapi.json leads somewhere", () => {
    const document = committedAsyncApi();
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      (found) => found[1]!,
    );
    expect(references.length).toBeGreaterThan(20);
    const lost = references.filter(
      (reference) =>
        reference
          .split("/")
          .reduce((at: unknown, key) => (at as Record<string, unknown>)?.[key], document) === undefined,
    );
    expect(lost).toEqual([]);
  });

  test("what encodeHeaders writes fits the headers of asyncapi.json", () => {
    const headers = encodeHeaders({
      id: "evt_01j9",
      type: "website_status_changed",
      source: "/accounts/acc_1/sources/src_1",
      subject: "website/321654",
      time: "2026-11-23T10:00:00.000Z",
      dataSchema: schemaIdOf("website_status_changed")!,
      accountId: "acc_1",
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      contentType: "application/json",
    });
    const validate = strictAjv().compile(committedAsyncApi().components.schemas["headers"]!);
    expect(validate(headers) || validate.errors).toBe(true);
    expect(validate({ ...headers, ce_specversion: "0.3" })).toBe(false);
  });
});

function committedAsyncApi() {
  const text = readFileSync(new URL("../../asyncapi.json", import.meta.url), "utf8");
  return JSON.parse(text) as { components: { schemas: Record<string, object> } };
}
