import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { files } from "./start-receiver.ts";

const DOCUMENT = new URL("../../../docs/receive-webhooks.md", import.meta.url);
const REPOSITORY = new URL("../../../", import.meta.url);

/** A file's path in a comment, then its text. */
const INCLUDED = /<!-- (examples\/\S+) -->\n\n```(\w+)\n[^]*?```\n/g;

test("what the document shows is what is run; `vitest run -u` puts it in", async () => {
  const document = await readFile(DOCUMENT, "utf8");
  const paths = [...document.matchAll(INCLUDED)].map(([, path = ""]) => path);
  const shown = [...Object.values(files), "verify-v1a.js"];
  expect(paths).toEqual(shown.map((name) => `examples/receive-webhooks/src/${name}`));
  const texts = new Map<string, string>();
  for (const path of paths) texts.set(path, await readFile(new URL(path, REPOSITORY), "utf8"));
  const whole = document.replace(
    INCLUDED,
    (_all, path: string, language: string) =>
      `<!-- ${path} -->\n\n\`\`\`${language}\n${texts.get(path)}\`\`\`\n`,
  );
  await expect(whole).toMatchFileSnapshot(DOCUMENT.pathname);
});
