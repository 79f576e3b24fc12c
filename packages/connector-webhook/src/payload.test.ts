import { inputFields, parseInput, type ConnectorEventFields } from "@stellwerk/connector-kit";
import { openReceiver } from "@stellwerk/connector-kit/testing";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { webhook } from "./index.ts";
import { event, SAMPLE, send } from "./testing/send.ts";

const action = webhook.actions["send"]!;

function planOf(input: unknown, fields: Partial<ConnectorEventFields> = {}) {
  const settings = { url: "https://a.example", signature: "v1" };
  return action.plan!(input, { key: "dlv_1", event: event(fields), settings });
}

function envelopeOf(fields: Partial<ConnectorEventFields>): unknown {
  return JSON.parse(planOf({ payload: "envelope" }, fields).body as string);
}

test.each([{}, { payload: "original" }])("%j sends the bytes and the content type as they came", (input) => {
  const body = Buffer.from("name=J%C3%BCrgen");
  const contentType = "application/x-www-form-urlencoded";
  expect(planOf(input, { body, contentType })).toMatchObject({
    method: "POST",
    headers: { "content-type": contentType },
    body,
  });
});

describe("an envelope", () => {
  test("is signed JSON that says what happened", async () => {
    await using receiver = await openReceiver();
    const { secret } = await send({ url: receiver.url, input: { payload: "envelope" } });
    const { headers, body } = receiver.requests[0]!;
    expect(headers["content-type"]).toBe("application/json");
    expect(new Webhook(secret).verify(body.toString(), headers as Record<string, string>)).toEqual({
      id: "evt_01k0000000000000000000000a",
      type: "website_status_changed",
      time: "2026-11-23T12:00:00.500Z",
      subject: "website/321654",
      data: JSON.parse(SAMPLE.toString()) as unknown,
    });
  });

  test("keeps numbers that JavaScript would round, and repeated names, as they were sent", () => {
    const body = Buffer.from('{"id":12345678901234567890,"price":1.10,"a":1,"a":2}');
    expect(planOf({ payload: "envelope" }, { body }).body).toContain(`"data":${body.toString()}}`);
  });

  test("has null where an event has no subject, and drops a byte order mark", () => {
    const body = Buffer.from('\uFEFF{"a":1}');
    expect(envelopeOf({ body, subject: undefined, readData: () => ({ a: 1 }) })).toMatchObject({
      subject: null,
      data: { a: 1 },
    });
  });

  test.each([
    ["urlencoded", "name=J%C3%BCrgen", "application/x-www-form-urlencoded"],
    ["as JSON", '{"fields":[{"name":"name","value":"Jürgen"}]}', "application/json"],
  ])("holds the normalised form for a form that came %s", (_name, body, contentType) => {
    const data = { event: "form_submitted", fields: { name: "Jürgen" } };
    const fields = { type: "form_submitted", body: Buffer.from(body), contentType, readData: () => data };
    expect(envelopeOf(fields)).toMatchObject({ type: "form_submitted", data });
  });

  test("holds bytes that are no text as base64", () => {
    const body = Buffer.from([0xff, 0x00]);
    const envelope = envelopeOf({ body, contentType: "application/octet-stream" });
    expect(envelope).toMatchObject({ dataBase64: "/wA=" });
    expect(envelope).not.toHaveProperty("data");
  });

  test("escapes a hostile type and subject", () => {
    const type = '","data":{"admin":true},"x":"';
    expect(envelopeOf({ type, subject: 'a"\n\u2028' })).toMatchObject({ type, subject: 'a"\n\u2028' });
  });
});

describe("a mapped body", () => {
  test("is the JSON that was filled in, signed", async () => {
    await using receiver = await openReceiver();
    const body = { site: 321_654, "a b": ['"', "ü😀", null, true], nested: { text: "line\nbreak" } };
    const { secret } = await send({ url: receiver.url, input: { payload: "mapped", body } });
    const { headers, body: sent } = receiver.requests[0]!;
    expect(headers["content-type"]).toBe("application/json");
    expect(new Webhook(secret).verify(sent.toString(), headers as Record<string, string>)).toEqual(body);
  });

  test.each([["a text"], [7], [false], [null], [[]], [{}]])("may be any JSON: %j", (body) => {
    expect(parseInput(action, { payload: "mapped", body }).ok).toBe(true);
    expect(planOf({ payload: "mapped", body }).body).toBe(JSON.stringify(body));
  });

  test("keeps a null of the event and leaves out what it lacks", () => {
    const fields = inputFields(action);
    expect([fields.acceptsNull("body.a.0.b"), fields.isOptional("body.a.0.b")]).toEqual([true, true]);
  });

  test.each([
    [{ payload: "mapped" }, "is needed"],
    [{ body: {} }, "only when"],
    [{ payload: "envelope", body: null }, "only when"],
  ])("%j is refused", (input, message) => {
    expect(parseInput(action, input)).toMatchObject({
      problems: [{ path: "input.body", message: expect.stringContaining(message) }],
    });
  });
});

test("a body of another kind is refused", () => {
  expect(parseInput(action, { payload: "xml" })).toMatchObject({ problems: [{ path: "input.payload" }] });
});
