/**
 * The topic as an AsyncAPI 3 document, for people and generators in any language.
 * Made from the same schemas that the code runs on; `asyncapi.json` is its committed copy.
 */
import type { JsonSchema } from "./json-schema.ts";
import { isOperationsType, operationsEventTypes } from "./operations/operations-types.ts";
import { eventTypes, platformEventTypes } from "./types/catalogue.ts";
import type { KnownEventType } from "./types/catalogue.ts";

/** Of the contract: topic, headers, modes. It rises with a breaking change of those; schemas have their own versions. */
const CONTRACT_VERSION = "1.0.0";

const TOPIC = "stellwerk.events";
const OPERATIONS_TOPIC = "stellwerk.operations";

/**
 * @example
 * response.json(asyncApiDocument())
 */
export function asyncApiDocument(): JsonSchema {
  return {
    asyncapi: "3.0.0",
    id: "https://stellwerk.dev/asyncapi/events",
    info: {
      title: "Stellwerk events",
      version: CONTRACT_VERSION,
      description:
        "Everything that happened to the websites of all accounts of an installation. Each record is a CloudEvents 1.0 message in Kafka's binary content mode; its value is the body as it was received, byte for byte. An event may be delivered more than once: its ce_id is the same then. Records of one account keep their order.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    defaultContentType: "application/json",
    channels: {
      events: {
        address: TOPIC,
        title: "Events",
        description:
          "Keyed by account. Types that are not listed here occur, too: a platform may send new ones at any time, and nothing is dropped.",
        messages: messagesOf(EVENTS),
        bindings: { kafka: { topic: TOPIC, bindingVersion: "0.5.0" } },
      },
      operations: {
        address: OPERATIONS_TOPIC,
        title: "Operations events",
        description:
          "What happens to deliveries, subscriptions and connections, keyed by account. An event of this kind has no source: ce_source is /accounts/acc_….",
        messages: messagesOf(OPERATIONS),
        bindings: { kafka: { topic: OPERATIONS_TOPIC, bindingVersion: "0.5.0" } },
      },
    },
    operations: {
      sendEvents: {
        action: "send",
        title: "Events are sent",
        summary: "Every accepted event, in the order it was accepted.",
        channel: { $ref: "#/channels/events" },
        messages: EVENTS.map((name) => ({ $ref: `#/channels/events/messages/${name}` })),
      },
      sendOperations: {
        action: "send",
        title: "Operations events are sent",
        summary: "Written with the outcome that caused them; of one account in its order.",
        channel: { $ref: "#/channels/operations" },
        messages: OPERATIONS.map((name) => ({ $ref: `#/channels/operations/messages/${name}` })),
      },
    },
    components: {
      messages: {
        ...Object.fromEntries(eventTypes.map((type) => [type.name, messageOf(type)])),
        other: {
          name: "other",
          title: "Any other event",
          summary: "A type we have no schema for, kept as it came.",
          headers: { $ref: "#/components/schemas/headers" },
          payload: { type: "object" },
          bindings: kafkaKey,
        },
      },
      schemas: { headers: headersSchema, ...payloadSchemas() },
    },
  };
}

const kafkaKey = {
  kafka: { key: { type: "string", description: "The account, acc_…" }, bindingVersion: "0.5.0" },
};

const EVENTS = [...platformEventTypes.map((type) => type.name), "other"];
const OPERATIONS = operationsEventTypes.map((type) => type.name);

function messagesOf(names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

function messageOf(type: KnownEventType): JsonSchema {
  const isForm = type.name === "form_submitted";
  return {
    name: type.name,
    title: type.title.en,
    summary: type.description.en,
    description: originOf(type),
    headers: {
      allOf: [
        { $ref: "#/components/schemas/headers" },
        { type: "object", properties: { ce_type: { const: type.name } } },
      ],
    },
    // A form's value is the form's own body, in whatever media type content-type says.
    payload: isForm
      ? {
          description:
            "The form's body as it was received; components/schemas/form_submitted is what the decoder makes of it.",
        }
      : { $ref: `#/components/schemas/${type.name}` },
    bindings: kafkaKey,
    examples: isForm
      ? []
      : type.samples.map(({ name, title, data }) => ({ name, summary: title.en, payload: data })),
    "x-de": { title: type.title.de, summary: type.description.de },
    "x-documented": type.documented,
  };
}

function originOf({ name, documented }: KnownEventType): string {
  if (isOperationsType(name)) return "The payload is Stellwerk's own.";
  return documented
    ? "The payload is the platform's own, as documented."
    : "The payload is not documented by the platform: this is an assumption that may turn out different.";
}

/** The schemas with their shared parts beside them: references in this document start at its own root. */
function payloadSchemas(): Record<string, unknown> {
  const schemas: Record<string, unknown> = {};
  for (const { name, jsonSchema } of eventTypes) {
    const { $schema: _dialect, $id, $defs = {}, ...schema } = jsonSchema;
    Object.assign(schemas, movedReferences($defs), {
      [name]: { ...movedReferences(schema), "x-dataschema": $id },
    });
  }
  return schemas;
}

function movedReferences(schema: unknown): Record<string, unknown> {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  return JSON.parse(text) as Record<string, unknown>;
}

const text = (description: string) => ({ type: "string", minLength: 1, description });

const headersSchema: JsonSchema = {
  type: "object",
  description: "CloudEvents attributes as Kafka headers, in UTF-8. Further headers may appear.",
  properties: {
    ce_specversion: { type: "string", const: "1.0", description: "CloudEvents' version." },
    ce_id: text("The event, evt_…; the same when it is delivered again."),
    ce_type: text("The platform's own name for what happened; ours start with stellwerk."),
    ce_source: text("/accounts/acc_…/sources/src_…: where it came in; /accounts/acc_… for our own events."),
    ce_subject: {
      ...text("What it is about: website/<id>. Missing when the event names no website."),
      maxLength: 256,
    },
    ce_time: text("RFC 3339: when it was received, unless its producer said when it happened."),
    ce_dataschema: text(
      "Identifier of the JSON Schema that describes the payload; missing for unknown types.",
    ),
    ce_accountid: text("The account, acc_…"),
    ce_traceparent: text("W3C Trace Context."),
    "content-type": text("Media type of the value."),
  },
  required: ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "ce_accountid", "content-type"],
};
