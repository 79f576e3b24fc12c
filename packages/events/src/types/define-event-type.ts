/**
 * What the catalogue says of one type of event: its words, its schema, its samples,
 * and whether the platform has documented it or we assume it.
 */
import { z } from "zod";
import { toJsonSchema } from "../json-schema.ts";
import type { JsonSchema } from "../json-schema.ts";
import type { LocalisedText } from "./described.ts";

export interface EventSample {
  /** Unique within its type; kebab-case. */
  readonly name: string;
  readonly title: LocalisedText;
  /** False: made by us, in the documented sample's style, of a type that is assumed. */
  readonly documented: boolean;
  readonly data: object;
}

export interface EventType<Name extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly name: Name;
  /** Of its schema; rises with a breaking change only. */
  readonly version: number;
  readonly title: LocalisedText;
  readonly description: LocalisedText;
  /** False: the payload is assumed and may turn out different. */
  readonly documented: boolean;
  readonly schema: Schema;
  readonly samples: readonly [EventSample, ...EventSample[]];
  /** Goes into `ce_dataschema`. An identifier: nothing needs to be fetched from it. */
  readonly schemaId: string;
  /** JSON Schema, draft 2020-12. */
  readonly jsonSchema: JsonSchema;
}

interface EventTypeDefinition<Name extends string, Shape extends Record<string, z.ZodType>> {
  readonly name: Name;
  readonly version: number;
  readonly title: LocalisedText;
  readonly description: LocalisedText;
  readonly documented: boolean;
  /** Every field but `event`, in the order of the wire. */
  readonly shape: Shape;
  readonly samples: readonly [EventSample, ...EventSample[]];
}

/** A name of ours, for ever: it is in every record ever written. */
const SCHEMA_BASE = "https://stellwerk.dev/schemas/events";

export function defineEventType<const Name extends string, Shape extends Record<string, z.ZodType>>(
  definition: EventTypeDefinition<Name, Shape>,
) {
  const { name, version, title, description, documented, shape, samples } = definition;
  const schemaId = `${SCHEMA_BASE}/${name}/${version}.json`;
  const schema = z.looseObject({ event: z.literal(name), ...shape }).meta({
    title: title.en,
    description: description.en,
    "x-de": { title: title.de, description: description.de },
    "x-documented": documented,
  });
  let jsonSchema: JsonSchema | undefined;
  return {
    name,
    version,
    title,
    description,
    documented,
    schema,
    samples,
    schemaId,
    /** Made when first asked for: most programs that import us never do. */
    get jsonSchema(): JsonSchema {
      return (jsonSchema ??= toJsonSchema(schema, schemaId));
    },
  } satisfies EventType;
}
