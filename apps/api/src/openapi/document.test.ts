import { describe, expect, test } from "vitest";
import { routes } from "../routes.ts";
import { apiDocument, findMismatches } from "../testing/check-answer.ts";
import { callsOf } from "./examples.ts";

const document = apiDocument();

interface Media {
  readonly schema?: object;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown; readonly $ref?: string }>>;
}
interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly { readonly name: string; readonly description?: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Record<string, Media> }>
  >;
}

const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    operation: operation as Described,
  })),
);

test("every route is described, and nothing else", () => {
  expect(operations.map(({ name }) => name).toSorted()).toEqual(
    routes.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
});

test("every operation has a name of its own", () => {
  const names = operations.map(({ operation }) => operation.operationId);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(names.filter((name) => !/^[a-z][A-Za-z]+$/.test(name))).toEqual([]);
});

describe.each(operations)("$name", ({ name, operation }) => {
  test("says in sentences what it does, what it takes and what it answers", () => {
    const sentences = [operation.summary, operation.description];
    sentences.push(...Object.values(operation.responses).map((each) => each.description));
    sentences.push(...(operation.parameters ?? []).map((each) => `${each.description}`));
    for (const sentence of sentences) expect(sentence).toMatch(/^\S[^]*\.$/);
  });

  test("has examples of its body and of every answer, and they are as its schemas say", () => {
    const media = [
      ...Object.entries(operation.requestBody?.content ?? {}),
      ...Object.values(operation.responses).flatMap(({ content = {} }) => Object.entries(content)),
    ];
    for (const [type, { schema, examples = {} }] of media) {
      if (type.includes("form")) continue;
      expect(Object.keys(examples)).not.toEqual([]);
      if (schema === undefined) continue;
      for (const example of Object.values(examples)) {
        expect(findMismatches(schema, valueOf(example))).toEqual([]);
      }
    }
  });

  test("has a request that was made and a success that was answered", () => {
    const [method = "", path = ""] = name.split(" ");
    const calls = callsOf({ method: method as "GET", path });
    expect(calls.filter(({ answer }) => answer.status < 300)).not.toEqual([]);
  });
});

function valueOf(example: { value?: unknown; $ref?: string }): unknown {
  const { $ref } = example;
  if ($ref === undefined) return example.value;
  const found = document.components?.examples?.[$ref.split("/").at(-1) ?? ""];
  return found !== undefined && "value" in found ? found.value : undefined;
}
