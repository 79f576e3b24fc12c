import { describe, expect, test } from "vitest";
import { normaliseForm } from "../index.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const messagesOf = (form: ReturnType<typeof normaliseForm>) =>
  form.ok ? [] : form.issues.map(({ message }) => message);

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
        event: "form_submitted",
        form: { id: null, name: null },
        submitted_at: null,
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
