/**
 * A connector as somebody else would write one, to a board that an endpoint of the test plays: 401 is a key that is refused,
 * 403 a rule that is set up wrongly. Loaded by a real process with `STELLWERK_CONNECTORS`.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  apiKey,
  defineAction,
  defineConnection,
  defineConnector,
  field,
  KIT_VERSION,
  natural,
} from "@stellwerk/connector-kit";
import { z } from "zod";
import { makeTemporaryFolder } from "./temporary-folder.ts";

const words = (en: string, de: string) => ({ title: { en, de }, help: { en: `${en}.`, de: `${de}.` } });
const place = z.strictObject({ url: z.url().meta(field(words("Address", "Adresse"))) });
const keys = z.strictObject({ apiKey: z.string().meta(field(words("API key", "API-Schlüssel"))) });

const connection = defineConnection<z.output<typeof place>, z.output<typeof keys>>({
  settings: place,
  secrets: keys,
  auth: apiKey({ secret: "apiKey" }),
  async test({ request, settings }) {
    const exchange = await request({ method: "GET", url: settings.url, headers: {} });
    const ok = exchange.kind === "reply" && exchange.status < 300;
    const check = ok
      ? { message: { en: "The key works.", de: "Der Schlüssel gilt." } }
      : {
          message: { en: "The board refuses the key.", de: "Das Board lehnt den Schlüssel ab." },
          fix: { en: "Enter a new key.", de: "Gib einen neuen Schlüssel ein." },
        };
    return { account: "Harry's Board", checks: [{ id: "key", ok, ...check }] };
  },
});

// eslint-disable-next-line import/no-default-export -- what `STELLWERK_CONNECTORS` loads
export default defineConnector({
  kit: `^${KIT_VERSION}`,
  id: "e2e-board",
  title: { en: "Board", de: "Board" },
  summary: { en: "A board of the tests.", de: "Ein Board der Tests." },
  hosts: "any",
  connection,
  actions: {
    pin: defineAction({
      connection,
      title: { en: "Pin", de: "Anheften" },
      summary: { en: "Pins a note to the board.", de: "Heftet eine Notiz an das Board." },
      input: z.strictObject({ column: z.string().meta(field(words("Column", "Spalte"))) }),
      repeat: natural("a note is pinned once, however often it is said"),
      plan: ({ column }, { settings }) => ({
        method: "PUT",
        url: settings.url,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ column }),
      }),
      samples: [{ name: "A note", input: { column: "Live" } }],
    }),
  },
});

const NAME = "stellwerk-connector-e2e-board";

/** Where a process finds it, as if it had been installed. */
export function installBoard() {
  const folder = makeTemporaryFolder("board");
  const home = join(folder.path, "node_modules", NAME);
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, "package.json"),
    JSON.stringify({ name: NAME, type: "module", exports: "./index.js" }),
  );
  writeFileSync(join(home, "index.js"), `export { default } from ${JSON.stringify(import.meta.url)};`);
  return {
    env: { STELLWERK_CONNECTORS: NAME, STELLWERK_CONNECTORS_DIR: folder.path },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
