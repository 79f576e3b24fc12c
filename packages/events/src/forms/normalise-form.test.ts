import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FORM_LIMITS, normaliseForm, parseEvent } from "../index.ts";
import { anyText } from "../testing/any-text.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => normaliseForm(utf8(JSON.stringify(value)), "application/json");
const urlencoded = (text: string) => normaliseForm(utf8(text), "application/x-www-form-urlencoded");
const messagesOf = (form: ReturnType<typeof normaliseForm>) =>
  form.ok ? [] : form.issues.map(({ message }) => message);

const erika = { name: "Erika Müller", email: "erika@example.org" };
const flat = {
  event: "form_submitted",
  form: { id: null, name: null },
  fields: erika,
  files: [],
  submitted_at: null,
};

describe("a form as JSON", () => {
  test.each([
    ["flat", erika],
    ["in fields", { fields: erika }],
    ["in data", { data: erika }],
    ["in inputs", { inputs: erika }],
    [
      "as a list of names and values",
      [
        { name: "name", value: "Erika Müller" },
        { name: "email", value: "erika@example.org" },
      ],
    ],
    [
      "as a list with ids and types",
      {
        fields: [
          { id: "f1", name: "name", value: "Erika Müller", type: "text" },
          { id: "f2", name: "email", value: "erika@example.org", type: "email" },
        ],
      },
    ],
    [
      "with a description around each value",
      {
        fields: {
          name: { title: "Name", value: "Erika Müller", type: "text" },
          email: { title: "E-mail", value: "erika@example.org" },
        },
      },
    ],
  ])("%s", (_name, body) => {
    expect(json(body)).toEqual({ ok: true, data: flat });
  });

  test("in a payload, with what is said about the form", () => {
    const payload = {
      name: "Newsletter",
      siteId: "s1",
      data: erika,
      submittedAt: "2026-11-23T18:05:00Z",
      formId: "f9",
    };
    expect(json({ triggerType: "form_submission", payload })).toEqual({
      ok: true,
      data: {
        ...flat,
        form: { id: "f9", name: "Newsletter" },
        submitted_at: "2026-11-23T18:05:00Z",
        triggerType: "form_submission",
        name: "Newsletter",
        siteId: "s1",
        submittedAt: "2026-11-23T18:05:00Z",
        formId: "f9",
      },
    });
  });

  test("keeps JSON's own types and lists", () => {
    const fields = { consent: true, age: 42, interests: ["menu", "events"], note: null };
    expect(json(fields)).toMatchObject({ data: { fields } });
  });

  test("knows the website when the body says so", () => {
    const website = { id: 321654, title: "Harry's Diner" };
    expect(json({ website, fields: erika })).toMatchObject({ data: { website } });
    expect(json({ website: { id: "?" }, fields: erika })).not.toHaveProperty("data.website");
  });

  test("a text field called data is a field", () => {
    expect(json({ data: "none", email: "x" })).toMatchObject({
      data: { fields: { data: "none", email: "x" } },
    });
  });
});

describe("a form as urlencoded", () => {
  test("as a browser sends it", () => {
    expect(urlencoded("name=Erika+M%C3%BCller&email=erika%40example.org")).toEqual({ ok: true, data: flat });
  });

  test("repeated names and name[] become lists, fields[name] is unwrapped", () => {
    expect(urlencoded("a=1&a=2&b[]=3&fields%5Bc%5D=4&data[d][]=5&=6&e&&")).toMatchObject({
      data: { fields: { a: ["1", "2"], b: ["3"], c: "4", d: ["5"], "": "6", e: "" } },
    });
  });

  test("finds the form among its fields", () => {
    expect(urlencoded("form_id=7&form_name=Contact&email=x")).toMatchObject({
      data: { form: { id: "7", name: "Contact" } },
    });
  });

  test("says the same as the platform's own decoder", () => {
    const pairs = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-zäß +%&=;]{1,9}$/), anyText()), {
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(pairs, (entries) => {
        expect(urlencoded(new URLSearchParams(entries).toString())).toMatchObject({
          data: { fields: Object.fromEntries(entries) },
        });
      }),
    );
  });
});

describe("limits and bad bodies", () => {
  test("too many bytes, too many fields, too long a name", () => {
    expect(messagesOf(normaliseForm(new Uint8Array(FORM_LIMITS.bytes + 1), "application/json"))).toEqual([
      "expected at most 1048576 bytes, received 1048577",
    ]);
    expect(messagesOf(urlencoded("a=1&".repeat(501)))).toEqual([
      "expected at most 500 fields, received more",
    ]);
    expect(
      messagesOf(json(Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`f${index}`, ""])))),
    ).toEqual(["expected at most 500 fields, received 501"]);
    expect(messagesOf(urlencoded(`${"n".repeat(201)}=1`))).toEqual([
      `fields.${"n".repeat(20)}…: expected a name of at most 200 characters, received 201`,
    ]);
  });

  test("no name reaches a prototype", () => {
    const hostile = ["__proto__", "constructor", "fields[__proto__]", "__proto__[polluted]"]
      .map((name) => `${name}=1`)
      .join("&");
    const forms = [
      urlencoded(hostile),
      normaliseForm(
        utf8('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
        "application/json",
      ),
      normaliseForm(
        utf8('{"fields":{"a":"1"},"__proto__":{"polluted":1},"form":{"__proto__":{"polluted":1}}}'),
        "application/json",
      ),
    ];
    for (const form of forms) {
      expect(form.ok).toBe(true);
      expect(Object.getPrototypeOf(form.ok && form.data.fields)).toBe(Object.prototype);
      expect(form.ok && Object.hasOwn(form.data.fields, "__proto__")).toBe(false);
      expect({}).not.toHaveProperty("polluted");
      expect(form.ok && form.data).not.toHaveProperty("polluted");
    }
  });

  test.each([
    [
      "text/plain",
      'content-type: expected application/json, application/x-www-form-urlencoded or multipart/form-data, received "text/plain"',
    ],
    [
      "",
      "content-type: expected application/json, application/x-www-form-urlencoded or multipart/form-data, received none",
    ],
    [
      "application/x-www-form-urlencoded; charset=iso-8859-1",
      'content-type: expected charset=utf-8, received "iso-8859-1"',
    ],
  ])("refuses the content type %j", (contentType, message) => {
    expect(messagesOf(normaliseForm(utf8("a=1"), contentType))).toEqual([message]);
  });

  test("invalid UTF-8 is refused with the field it is in", () => {
    expect(urlencoded("name=M%FCller")).toMatchObject({ ok: false, issues: [{ path: "fields.name" }] });
    const raw = utf8('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n?\r\n--x--');
    raw[raw.indexOf(0x3f)] = 0xff;
    expect(normaliseForm(raw, "multipart/form-data; boundary=x")).toMatchObject({
      ok: false,
      issues: [{ path: "fields.a" }],
    });
  });

  test("JSON that is no form", () => {
    expect(messagesOf(json("hello"))).toEqual([
      'expected an object or a list of fields, received the text "hello"',
    ]);
    expect(messagesOf(json([{ value: 1 }]))).toEqual([
      '0: expected an entry such as { "name", "value" }, received an object',
    ]);
    expect(messagesOf(normaliseForm(utf8('{"a":1 "b":2}'), "application/json"))[0]).toContain(
      'expected "," or "}"',
    );
  });
});

const contentTypes = fc.oneof(
  fc.constantFrom(
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    'Multipart/Form-Data;boundary="a b"',
  ),
  anyText(),
);
const pieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "--x",
        "\r\n",
        "--",
        'Content-Disposition: form-data; name="a"',
        "; filename=",
        "\r\n\r\n",
        "=",
        "&",
        "%",
        "%e4",
      ),
      fc.string(),
    ),
  )
  .map((parts) => utf8(parts.join("")));

test("no input makes normaliseForm throw, and what it accepts is a valid event", () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), pieces, fc.json().map(utf8)), contentTypes, (raw, contentType) => {
      const form = normaliseForm(raw, contentType);
      const issues = form.ok ? [] : form.issues;
      expect(issues.length > 0).toBe(!form.ok);
      expect(parseEvent(form.ok ? form.data : { event: "form_submitted", fields: {} })).toMatchObject({
        known: true,
      });
    }),
    { numRuns: 2_000 },
  );
});

test("normalising what is normalised changes nothing", () => {
  const key = fc.oneof(
    fc.constantFrom(
      "fields",
      "data",
      "payload",
      "inputs",
      "form",
      "website",
      "value",
      "name",
      "form_id",
      "event",
      "files",
      "__proto__",
    ),
    fc.string(),
  );
  const values = [fc.string(), fc.integer(), fc.constant(null)];
  const body = fc.object({ key, values, maxDepth: 3, maxKeys: 5 });
  fc.assert(
    fc.property(body, (value) => {
      const once = json(value);
      expect(once.ok ? json(once.data) : once).toEqual(once);
    }),
    { numRuns: 1_000 },
  );
});
