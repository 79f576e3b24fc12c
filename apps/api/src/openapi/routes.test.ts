import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { routes } from "../routes.ts";
import { openTestApi, type TestApi } from "../testing/open-test-api.ts";
import { html, inline } from "./page/html.ts";
import { languageOf } from "./page/words.ts";

let api: TestApi;
beforeAll(async () => void (api = await openTestApi()));
afterAll(() => api[Symbol.asyncDispose]());

const get = (path: string, headers = {}) => api.call("GET", path, { key: null, headers });

describe.each(["/openapi.json", "/docs"])("%s", (path) => {
  test("needs no key, and is not sent again to who has it", async () => {
    const first = await get(path);
    expect(first.status).toBe(200);
    const etag = first.headers.get("etag")!;
    const again = await get(path, { "if-none-match": `"other", W/${etag}` });
    expect(again.status).toBe(304);
    expect(again.bytes).toHaveLength(0);
    expect(again.headers.get("content-length")).toBeNull();
    expect((await get(path, { "if-none-match": '"other"' })).status).toBe(200);
  });
});

test("the document is OpenAPI 3.1 and says nothing of this installation", async () => {
  const { body, bytes } = await get("/openapi.json");
  expect(body.openapi).toBe("3.1.1");
  expect(bytes.toString()).not.toContain(api.url);
});

describe("the page", () => {
  test("shows every operation", async () => {
    const page = (await get("/docs")).bytes.toString();
    for (const { operation } of routes) expect(page).toContain(`id="${operation}"`);
  });

  test("loads nothing and runs nothing, and its policy allows its one style", async () => {
    const { bytes, headers } = await get("/docs");
    const page = bytes.toString();
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|\sstyle=|url\(|@import/i);
    const [, style = ""] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none';/);
    expect(headers.get("content-security-policy")).toContain(`style-src 'sha256-${hash}'`);
  });

  test("every link inside it leads somewhere, and every id is there once", async () => {
    const page = (await get("/docs")).bytes.toString();
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(routes.length);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test("speaks German to who prefers it, and to who asks for it", async () => {
    const preferred = await get("/docs", { "accept-language": "de-CH, en;q=0.5" });
    expect(preferred.headers.get("content-language")).toBe("de");
    expect(preferred.bytes.toString()).toContain('<html lang="de">');
    expect(preferred.bytes.toString()).toContain("Zum Inhalt springen");
    const asked = await get("/docs?lang=en", { "accept-language": "de" });
    expect(asked.bytes.toString()).toContain("Skip to the content");
    expect((await get("/docs?lang=fr")).status).toBe(400);
  });
});

test.each([
  [undefined, "en"],
  ["fr, de;q=0.2, en;q=0.9", "en"],
  ["de-DE,de;q=0.9,en;q=0.8", "de"],
  ["de;q=0", "en"],
  ["nonsense;;;=,,", "en"],
])("of the languages %s the page takes %s", (header, language) => {
  expect(languageOf(header)).toBe(language);
});

test("what is no HTML is escaped, also in code", () => {
  expect(html`<p title="${'"'}">${"<b>&'"}</p>`.html).toBe('<p title="&quot;">&lt;b&gt;&amp;&#39;</p>');
  expect(inline("a `<b>` c").html).toBe("a <code>&lt;b&gt;</code> c");
});
