/**
 * What an action's input schema declares of its fields: `.meta({ escape: "slack-mrkdwn" })` on a text, and by
 * zod itself what may be left out or be null.
 */
import { z } from "zod";
import { ESCAPES } from "../templates/escape.ts";
import type { Escape } from "../templates/escape.ts";
import type { MappedFields } from "./compile-mapping.ts";

/**
 * @example
 * compileMapping(input, fieldsOf(action.input))
 */
export function fieldsOf(input: z.ZodType): MappedFields {
  return {
    escapeOf: (field) => escapeAt(input, stepsOf(field)),
    isOptional: (field) =>
      fieldAt(input, stepsOf(field)).some(({ schema }) => schema.safeParse(undefined).success),
    acceptsNull: (field) =>
      fieldAt(input, stepsOf(field)).some(({ schema }) => schema.safeParse(null).success),
  };
}

interface Found {
  readonly schema: z.ZodType;
  /** Of the field, or of what it is in: a list of escaped texts. */
  readonly escape: Escape | undefined;
}

function stepsOf(field: string): readonly string[] {
  return field === "" ? [] : field.split(".");
}

/** The strictest of several: a union's other branch may be harmless, this one is not. */
function escapeAt(input: z.ZodType, steps: readonly string[]): Escape | undefined {
  const escapes = fieldAt(input, steps).flatMap(({ escape }) => (escape === undefined ? [] : [escape]));
  return escapes.find((escape) => escape !== "none") ?? escapes[0];
}

function fieldAt(input: z.ZodType, steps: readonly string[]): readonly Found[] {
  let current: readonly Found[] = unwrapped(input, undefined);
  for (const step of steps) {
    current = current.flatMap(({ schema, escape }) =>
      below(schema, step).flatMap((each) => unwrapped(each, escape)),
    );
  }
  return current;
}

/** A schema with those inside it that stand for the same value: without `optional`, each branch of a union. */
function unwrapped(schema: z.ZodType, outer: Escape | undefined): readonly Found[] {
  const { escape } = (z.globalRegistry.get(schema) ?? {}) as { readonly escape?: unknown };
  const own = ESCAPES.find((each) => each === escape) ?? outer;
  const inner = innerOf(schema).flatMap((each) => unwrapped(each, own));
  return [{ schema, escape: own }, ...inner];
}

function innerOf(schema: z.ZodType): readonly z.ZodType[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodCatch
  ) {
    return [schema.unwrap() as z.ZodType];
  }
  if (schema instanceof z.ZodUnion) return schema.options as readonly z.ZodType[];
  if (schema instanceof z.ZodPipe) return [schema.in as z.ZodType];
  return [];
}

function below(schema: z.ZodType, step: string): readonly z.ZodType[] {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
    const field = Object.hasOwn(shape, step) ? shape[step] : (schema.def.catchall as z.ZodType | undefined);
    return field === undefined ? [] : [field];
  }
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType];
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  return [];
}
