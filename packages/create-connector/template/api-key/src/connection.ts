/** What somebody enters to connect TplTitle: an API key. */
import { apiKey, defineConnection, field, readJson } from "@stellwerk/connector-kit";
import { z } from "zod";

export const API = "https://api.tpl-id.example/v1";

const WORKS = { en: "The access works.", de: "Der Zugang funktioniert." };
const REFUSED = {
  id: "access",
  ok: false,
  message: { en: "TplTitle refuses the access.", de: "TplTitle verweigert den Zugang." },
  fix: {
    en: "Make a new key at TplTitle and enter it here.",
    de: "Erstelle bei TplTitle einen neuen Schlüssel und trage ihn hier ein.",
  },
};
const SILENT = {
  id: "answer",
  ok: false,
  message: { en: "TplTitle did not answer.", de: "TplTitle hat nicht geantwortet." },
  fix: { en: "Try again in a minute.", de: "Versuche es in einer Minute noch einmal." },
};

const accountShape = z.object({ name: z.string() });

export const connection = defineConnection({
  settings: z.strictObject({}),
  secrets: z.strictObject({
    apiKey: z
      .string()
      .min(1)
      .meta(
        field({
          title: { en: "API key", de: "API-Schlüssel" },
          help: { en: "Settings > API at the vendor.", de: "Einstellungen > API beim Anbieter." },
        }),
      ),
  }),
  // authorization: Bearer …; for another header: apiKey({ secret: "apiKey", header: "x-api-key" })
  auth: apiKey({ secret: "apiKey" }),
  async test({ request }) {
    const me = await request({ method: "GET", url: `${API}/me`, headers: {} });
    const account = me.kind === "reply" && me.status === 200 ? readJson(me, accountShape)?.name : undefined;
    if (account !== undefined) return { account, checks: [{ id: "access", ok: true, message: WORKS }] };
    const isRefused = me.kind === "reply" && (me.status === 401 || me.status === 403);
    return { checks: [isRefused ? REFUSED : SILENT] };
  },
});
