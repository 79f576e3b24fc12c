/** What this package promises its readers, in a form that can be kept and compared. */
import { asyncApiDocument, eventTypes } from "../src/index.ts";
import type { JsonSchema } from "../src/index.ts";

export interface TypeContract {
  readonly version: number;
  readonly documented: boolean;
  readonly schema: JsonSchema;
  readonly samples: Readonly<Record<string, unknown>>;
}

export interface Contracts {
  readonly topic: string;
  readonly headers: JsonSchema;
  readonly types: Readonly<Record<string, TypeContract>>;
}

interface TopicDocument {
  readonly channels: { readonly events: { readonly address: string } };
  readonly components: { readonly schemas: { readonly headers: JsonSchema } };
}

/** As the code has them now. */
export function currentContracts(): Contracts {
  const { channels, components } = asyncApiDocument() as unknown as TopicDocument;
  return {
    topic: channels.events.address,
    headers: components.schemas.headers,
    types: Object.fromEntries(
      eventTypes.map(({ name, version, documented, jsonSchema, samples }) => [
        name,
        {
          version,
          documented,
          schema: jsonSchema,
          samples: Object.fromEntries(samples.map((sample) => [sample.name, sample.data])),
        },
      ]),
    ),
  };
}
