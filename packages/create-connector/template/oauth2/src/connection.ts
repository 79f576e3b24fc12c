/** What somebody enters to connect TplTitle: an app of their own, and their consent. */
import { defineConnection, field, oauth2, readJson } from "@stellwerk/connector-kit";
import { z } from "zod";

export const API = "https://api.tpl-id.example/v1";
const OAUTH = "https://api.tpl-id.example/oauth";

const WORKS = { en: "The access works.", de: "Der Zugang funktioniert." };
const REFUSED = {
  id: "access",
  ok: false,
  message: { en: "TplTitle refuses the access.", de: "TplTitle verweigert den Zugang." },
  fix: { en: "Connect it again.", de: "Verbinde sie neu." },
};
const SILENT = {
  id: "answer",
  ok: false,
  message: { en: "TplTitle did not answer.", de: "TplTitle hat nicht geantwortet." },
  fix: { en: "Try again in a minute.", de: "Versuche es in einer Minute noch einmal." },
};

const accountShape = z.object({ name: z.string() });

interface Settings {
  readonly clientId: string;
}
interface Secrets {
  readonly clientSecret: string;
}

export const connection = defineConnection<Settings, Secrets>({
  settings: z.strictObject({
    clientId: z
      .string()
      .min(1)
      .meta(
        field({
          title: { en: "Client ID", de: "Client-ID" },
          help: { en: "Of your app at the vendor.", de: "Deiner App beim Anbieter." },
        }),
      ),
  }),
  secrets: z.strictObject({
    clientSecret: z
      .string()
      .min(1)
      .meta(
        field({
          title: { en: "Client secret", de: "Client-Secret" },
          help: { en: "Of your app at the vendor.", de: "Deiner App beim Anbieter." },
        }),
      ),
  }),
  auth: oauth2<Settings, Secrets>({
    grant: "authorization_code",
    authorizeUrl: `${OAUTH}/authorize`,
    scopes: ["items:write"],
    tokenUrl: `${OAUTH}/token`,
    client: ({ settings, secrets }) => ({ id: settings.clientId, secret: secrets.clientSecret }),
  }),
  async test({ request }) {
    const me = await request({ method: "GET", url: `${API}/me`, headers: {} });
    const account = me.kind === "reply" && me.status === 200 ? readJson(me, accountShape)?.name : undefined;
    if (account !== undefined) return { account, checks: [{ id: "access", ok: true, message: WORKS }] };
    const isRefused = me.kind === "reply" && (me.status === 401 || me.status === 403);
    return { checks: [isRefused ? REFUSED : SILENT] };
  },
});
