import { describe, expect, test } from "vitest";
import { eventTypes } from "../src/index.ts";
import { compareSchemas } from "./compare-schemas.ts";

const website = {
  type: "object",
  properties: {
    id: { type: "integer", title: "Website id" },
    domain: { type: ["string", "null"] },
    status: { enum: ["Done", "Publish"] },
    kind: { const: "site" },
    tags: { type: "array", items: { type: "string" } },
    owner: { anyOf: [{ $ref: "#/$defs/User" }, { type: "null" }] },
  },
  required: ["id", "status"],
  additionalProperties: {},
  $defs: { User: { type: "object", properties: { name: { type: "string" } }, required: ["name"] } },
};

type Website = typeof website;
/** The website with one thing changed. */
const changed = (change: (copy: Website & Record<string, unknown>) => void) => {
  const copy = structuredClone(website) as Website & Record<string, unknown>;
  change(copy);
  return compareSchemas(website, copy, "website").map(({ impact, what }) => `${impact}: ${what}`);
};
const put = (target: object, fields: object) => Object.assign(target, fields);

describe("compatible", () => {
  test("nothing changed", () => {
    expect(changed(() => {})).toEqual([]);
    for (const { jsonSchema, name } of eventTypes)
      expect(compareSchemas(jsonSchema, structuredClone(jsonSchema), name)).toEqual([]);
  });

  test("an optional field was added", () => {
    expect(changed((copy) => put(copy.properties, { rating: { type: "number" } }))).toEqual([
      "compatible: website.rating was added",
    ]);
  });

  test("words changed", () => {
    expect(changed((copy) => put(copy.properties.id, { title: "Id", "x-de": { title: "Nummer" } }))).toEqual([
      "compatible: website.id: its title changed",
      "compatible: website.id: its x-de changed",
    ]);
  });

  test("a shared part was written out in place", () => {
    expect(
      changed((copy) => put(copy.properties, { owner: { anyOf: [copy.$defs.User, { type: "null" }] } })),
    ).toEqual([]);
  });

  test("fields changed places", () => {
    expect(
      changed((copy) =>
        put(copy, { properties: Object.fromEntries(Object.entries(copy.properties).toReversed()) }),
      ),
    ).toEqual([]);
  });
});

describe("breaking", () => {
  test.each<[string, (copy: Website & Record<string, unknown>) => void, string]>([
    [
      "a field was removed",
      (copy) => delete (copy.properties as Partial<Website["properties"]>).domain,
      "website.domain was removed",
    ],
    [
      "a required field was added",
      (copy) => {
        put(copy.properties, { rating: { type: "number" } });
        copy.required.push("rating");
      },
      "website.rating was added as a required field",
    ],
    ["a field became required", (copy) => copy.required.push("domain"), "website.domain became required"],
    ["a field became optional", (copy) => copy.required.pop(), "website.status became optional"],
    [
      "a type was narrowed",
      (copy) => put(copy.properties.domain, { type: "string" }),
      "website.domain: the type became narrower: null, string → string",
    ],
    [
      "a type was widened",
      (copy) => put(copy.properties.id, { type: ["integer", "null"] }),
      "website.id: the type became wider: integer → integer, null",
    ],
    [
      "a type was replaced",
      (copy) => put(copy.properties.id, { type: "string" }),
      "website.id: the type changed: integer → string",
    ],
    [
      "an open type was closed",
      (copy) => put(copy.properties.status, { type: "string" }),
      "website.status: the type became narrower: any → string",
    ],
    [
      "an enum was narrowed",
      (copy) => copy.properties.status.enum.pop(),
      'website.status: the list of values became narrower: "Done", "Publish" → "Done"',
    ],
    [
      "an enum was widened",
      (copy) => copy.properties.status.enum.push("Lead"),
      'website.status: the list of values became wider: "Done", "Publish" → "Done", "Lead", "Publish"',
    ],
    [
      "a constant changed",
      (copy) => put(copy.properties.kind, { const: "web" }),
      'website.kind: the list of values changed: "site" → "web"',
    ],
    [
      "items changed",
      (copy) => put(copy.properties.tags.items, { type: "integer" }),
      "website.tags[]: the type changed: string → integer",
    ],
    [
      "a shared part changed",
      (copy) => delete (copy.$defs.User.properties as { name?: unknown }).name,
      "website.owner.name was removed",
    ],
    [
      "nobody is no longer possible",
      (copy) => copy.properties.owner.anyOf.pop(),
      "website.owner: the alternatives changed",
    ],
    [
      "unknown fields were forbidden",
      (copy) => put(copy, { additionalProperties: false }),
      "website: its additionalProperties changed",
    ],
    [
      "a keyword it does not know appeared",
      (copy) => put(copy.properties.id, { minimum: 1 }),
      "website.id: its minimum changed",
    ],
  ])("%s", (_name, change, what) => {
    expect(changed(change)).toEqual([`breaking: ${what}`]);
  });
});
