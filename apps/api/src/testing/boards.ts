/** A vendor with boards: what a connector that can be tested, asked for choices and connected by OAuth looks like. */
import {
  defineAction,
  defineConnection,
  defineConnector,
  field,
  natural,
  oauth2,
} from "@stellwerk/connector-kit";
import { z } from "zod";

function text(name: string) {
  return field({ title: { en: name, de: name }, help: { en: `${name}.`, de: `${name}.` } });
}

interface Settings {
  readonly url: string;
}
interface Secrets {
  readonly clientSecret: string;
}

const connection = defineConnection<Settings, Secrets>({
  settings: z.strictObject({ url: z.string().meta(text("Address")) }),
  secrets: z.strictObject({ clientSecret: z.string().meta(text("Secret")) }),
  auth: oauth2<Settings, Secrets>({
    grant: "authorization_code",
    authorizeUrl: ({ url }) => `${url}/authorize`,
    tokenUrl: ({ url }) => `${url}/token`,
    client: ({ secrets }) => ({ id: "app", secret: secrets.clientSecret }),
  }),
  async test({ request, settings, secrets }) {
    const me = await request({ method: "GET", url: `${settings.url}/me`, headers: {} });
    const ok = me.kind === "reply" && me.status === 200;
    return {
      account: "Harry's Agency",
      checks: [
        {
          id: "token",
          ok,
          message: {
            en: ok ? "It is accepted." : `Refused: ${secrets.clientSecret}`,
            de: "Wird angenommen.",
          },
          ...(ok ? {} : { fix: { en: "Enter a new one.", de: "Gib ein neues ein." } }),
        },
      ],
    };
  },
});

const addCard = defineAction({
  connection,
  title: { en: "Add a card", de: "Karte anlegen" },
  summary: { en: "Adds a card.", de: "Legt eine Karte an." },
  input: z.strictObject({ board: z.string().meta(text("Board")) }),
  options: {
    board: (_context, { query, cursor = "0" }) => {
      if (query === "bug") throw new Error("a mistake of the connector");
      if (query === "secret")
        return Promise.resolve({ refused: { en: "No permission.", de: "Keine Erlaubnis." } });
      const from = Number(cursor);
      const items = BOARDS.filter(({ label }) => label.includes(query)).slice(from, from + 2);
      return Promise.resolve({ items, ...(items.length === 2 ? { next: String(from + 2) } : {}) });
    },
  },
  repeat: natural("a card has one place"),
  plan: (_input, { settings }) => ({
    method: "PUT",
    url: `${settings.url}/cards/1`,
    headers: {},
    body: "{}",
  }),
  samples: [{ name: "a card", input: { board: "b1" } }],
});

const BOARDS = ["Sales", "Support", "Launches"].map((label, index) => ({ value: `b${index}`, label }));

export const boards = defineConnector({
  id: "boards",
  title: { en: "Boards", de: "Tafeln" },
  summary: { en: "Cards on boards.", de: "Karten auf Tafeln." },
  hosts: ["127.0.0.1"],
  connection,
  actions: { add_card: addCard },
});
