/**
 * The types of `@stellwerk/client`, from the API's description. A generator of our own, because openapi-typescript
 * needs TypeScript's JavaScript API, which TypeScript 7 does not have; what our schemas use is small.
 * After a change of the api, `npm test api -- openapi -u` writes them anew.
 */
import type { ApiDocument } from "../openapi/document.ts";

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly not?: object;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly description?: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

export function writeClientTypes(document: ApiDocument): string {
  const schemas = Object.entries(document.components?.schemas ?? {}) as [string, Schema][];
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      operation: operation as Operation,
    })),
  );
  return [
    "/** Generated from the API's description; a test of the api compares it. Not to be edited. */\n",
    ...schemas.map(([name, schema]) => `${comment(schema.description, "")}export ${declare(name, schema)}\n`),
    "/** Every operation: what it takes, and what it answers. */",
    "export interface Operations {",
    ...operations.map(
      ({ operation }) =>
        `${comment(operation.summary, "  ")}  ${operation.operationId}: ${describe(operation)};`,
    ),
    "}\n",
    "export type OperationName = keyof Operations;\n",
    "/** How an operation is called; `creates`: honours an idempotency key. */",
    "export const operations: Readonly<",
    "  Record<OperationName, { readonly method: string; readonly path: string; readonly creates: boolean }>",
    "> = {",
    ...operations.map(({ path, method, operation }) => {
      const creates = operation.parameters?.some(({ name }) => name === "Idempotency-Key") === true;
      return `  ${operation.operationId}: ${JSON.stringify({ method, path, creates })},`;
    }),
    "};\n",
  ].join("\n");
}

function declare(name: string, schema: Schema): string {
  const type = typeOf(schema, "");
  return type.startsWith("{") ? `interface ${name} ${type}` : `type ${name} = ${type};`;
}

function describe({ parameters = [], requestBody, responses }: Operation): string {
  const parts: string[] = [];
  const params = parameters.filter((each) => each.in === "path");
  if (params.length > 0) parts.push(`params: ${parametersType(params)}`);
  const query = parameters.filter((each) => each.in === "query");
  if (query.length > 0) parts.push(`query?: ${parametersType(query)}`);
  const body = requestBody?.content["application/json"];
  if (body !== undefined)
    parts.push(`body${requestBody?.required === true ? "" : "?"}: ${typeOf(body.schema, "    ")}`);
  parts.push(`answer: ${answerType(responses)}`);
  return `{\n${parts.map((each) => `    ${each};\n`).join("")}  }`;
}

function parametersType(parameters: readonly Parameter[]): string {
  const fields = parameters.map(({ name, required, description, schema }) => {
    const type = typeOf(schema, "      ");
    // A moment may be given as what it is.
    const given = Reflect.get(schema, "format") === "date-time" ? `${type} | Date` : type;
    return `${comment(description, "      ")}      ${name}${required === true ? "" : "?"}: ${given};\n`;
  });
  return `{\n${fields.join("")}    }`;
}

function answerType(responses: Operation["responses"]): string {
  const success = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1];
  if (success?.content === undefined) return "undefined";
  const schema = success.content["application/json"]?.schema;
  return schema === undefined ? "{ contentType: string; bytes: Uint8Array }" : typeOf(schema, "    ");
}

function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref !== undefined) return schema.$ref.split("/").at(-1) ?? "unknown";
  if (schema.not !== undefined) return "never";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  if (schema.anyOf !== undefined) return schema.anyOf.map((each) => typeOf(each, indent)).join(" | ");
  if (typeof schema.type === "object") {
    return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(" | ");
  }
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case "integer":
    case "number":
      return "number";
    case "array": {
      const item = typeOf(schema.items ?? {}, indent);
      return item.includes("|") ? `(${item})[]` : `${item}[]`;
    }
    case "object":
      return objectType(schema, indent);
    default:
      return "unknown";
  }
}

function objectType(
  { properties = {}, required = [], additionalProperties }: Schema,
  indent: string,
): string {
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(([name, schema]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${comment(schema.description, inner)}${inner}${key}${required.includes(name) ? "" : "?"}: ${typeOf(schema, inner)};\n`;
  });
  if (additionalProperties !== false) fields.push(`${inner}[name: string]: unknown;\n`);
  return fields.length === 0 ? "Record<string, never>" : `{\n${fields.join("")}${indent}}`;
}

function comment(text: string | undefined, indent: string): string {
  return text === undefined ? "" : `${indent}/** ${text.replaceAll("*/", "*\\/")} */\n`;
}
