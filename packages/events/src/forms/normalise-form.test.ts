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

describe("a form as multipart", () => {
  const multipart = (body: string, boundary = "x") =>
    normaliseForm(utf8(body), `multipart/form-data; boundary=${boundary}`);
  const part = (headers: string, body: string) => `--x\r\n${headers}\r\n\r\n${body}\r\n`;

  test("as the engine's own FormData writes it, files named but not kept", async () => {
    const form = new FormData();
    form.append('na"me', "Erika\r\nMüller");
    form.append("interests", "menu");
    form.append("interests", "events");
    form.append("empty", "");
    form.append(
      "picture",
      new Blob([new Uint8Array([0, 255, 13, 10, 45, 45])], { type: "image/jpeg" }),
      "tisch für zwei.jpg",
    );
    const request = new Response(form);
    const raw = new Uint8Array(await request.arrayBuffer());
    expect(normaliseForm(raw, request.headers.get("content-type")!)).toEqual({
      ok: true,
      data: {
        ...flat,
        fields: { 'na"me': "Erika\r\nMüller", interests: ["menu", "events"], empty: "" },
        files: [{ field: "picture", name: "tisch für zwei.jpg", content_type: "image/jpeg", size: 6 }],
      },
    });
  });

  test("text that looks like a delimiter but goes on is text", () => {
    const body = part('Content-Disposition: form-data; name="a"', "1\r\n--xy\r\n--x.") + "--x--\r\n";
    expect(multipart(body)).toMatchObject({ data: { fields: { a: "1\r\n--xy\r\n--x." } } });
  });

  test("takes unquoted, reordered and oddly spelled headers, a preamble and an epilogue", () => {
    const body =
      "preamble\r\n--x  \r\ncontent-type: text/plain\r\nCONTENT-DISPOSITION: Form-Data ;filename*=utf-8''caf%C3%A9.txt; name=a\r\n\r\nhi\r\n" +
      part('Content-Disposition: form-data; name="b"', "") +
      "--x--\r\nepilogue";
    expect(multipart(body)).toMatchObject({
      data: {
        fields: { b: "" },
        files: [{ field: "a", name: "café.txt", content_type: "text/plain", size: 2 }],
      },
    });
  });

  test("a file field that was left empty is no file", () => {
    const body = `${part('Content-Disposition: form-data; name="f"; filename=""\r\nContent-Type: application/octet-stream', "")}--x--`;
    expect(multipart(body)).toMatchObject({ data: { fields: {}, files: [] } });
  });

  test.each([
    ["", "expected a part that begins with --x, received an empty body"],
    ["hello", "expected a part that begins with --x, received none"],
    [
      '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1',
      "expected a closing --x--, received the end of the body",
    ],
    [
      "--x\r\n\r\n1\r\n--x--",
      'part 1: expected Content-Disposition: form-data with a name, such as form-data; name="email", received none',
    ],
    [
      "--x\r\nno blank line\r\n--x--",
      "expected headers of at most 8192 bytes and a blank line in a part, received none",
    ],
  ])("refuses %j", (body, message) => {
    expect(messagesOf(multipart(body))).toEqual([message]);
  });

  test("refuses a missing and an overlong boundary", () => {
    expect(messagesOf(normaliseForm(utf8("--x--"), "multipart/form-data"))).toEqual([
      "content-type: expected a boundary of 1 to 70 characters, received none",
    ]);
    expect(multipart("--", "b".repeat(71)).ok).toBe(false);
  });

  test("a megabyte of almost-delimiters takes no noticeable time", () => {
    const start = performance.now();
    const body = `--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n${"\r\n--xy".repeat(170_000)}`;
    expect(multipart(body).ok).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
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
