// What a program in plain JavaScript does with the package; the test of the built code runs it in Node and in a
// bare engine that has no `process`, `Buffer` or `require`.
import {
  canonicalStatus,
  decodeEvent,
  encodeHeaders,
  eventTypes,
  normaliseForm,
  parseEvent,
  websiteStatusChanged,
} from "@stellwerk/events";

const event = websiteStatusChanged({
  website: { id: 321654, title: "Harry's Diner", status: "Done" },
  previousStatus: "Publish",
});
const attributes = { id: "evt_1", type: event.event, source: "/shop", subject: "website/321654" };
const decoded = decodeEvent({
  key: "acc_1",
  value: new TextEncoder().encode(JSON.stringify(event)),
  headers: encodeHeaders(attributes),
});
const form = normaliseForm(
  new TextEncoder().encode("email=erika%40example.org"),
  "application/x-www-form-urlencoded",
);

globalThis.answers = {
  decoded: decoded.ok && decoded.data.website.title,
  parsed: parseEvent(JSON.stringify(event)).ok,
  broken: parseEvent("{").ok,
  form: form.ok && form.data.fields.email,
  status: canonicalStatus("in Vorbereitung"),
  schemas: eventTypes.map((type) => type.jsonSchema.$id).length,
};
