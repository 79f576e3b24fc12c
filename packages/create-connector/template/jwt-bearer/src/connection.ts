/** What somebody enters to connect TplTitle: an app that an admin of TplTitle has allowed. */
import { defineConnection, field, oauth2, readJson } from "@stellwerk/connector-kit";
import { z } from "zod";

export const API = "https://api.tpl-id.example/v1";
const OAUTH = "https://api.tpl-id.example/oauth";

const WORKS = { en: "The access works.", de: "Der Zugang funktioniert." };
const REFUSED = {
  id: "access",
  ok: false,
  message: { en: "TplTitle refuses the access.", de: "TplTitle verweigert den Zugang." },
  fix: {
    en: "Check the client ID and the key of your app at TplTitle, and that an admin has allowed it.",
    de: "Prüfe Client-ID und Schlüssel deiner App bei TplTitle und ob ein Admin sie erlaubt hat.",
  },
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
  readonly user: string;
}
interface Secrets {
  readonly privateKey: string;
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
    user: z
      .string()
      .min(1)
      .meta(
        field({
          title: { en: "User", de: "Benutzer" },
          help: { en: "For whom the app acts.", de: "Für wen die App handelt." },
        }),
      ),
  }),
  secrets: z.strictObject({
    privateKey: z
      .string()
      .min(1)
      .meta(
        field({
          title: { en: "Private key", de: "Privater Schlüssel" },
          help: {
            en: "RSA, in PEM; the vendor has its certificate.",
            de: "RSA, in PEM; der Anbieter hat das Zertifikat dazu.",
          },
        }),
      ),
  }),
  auth: oauth2<Settings, Secrets>({
    grant: "jwt_bearer",
    tokenUrl: `${OAUTH}/token`,
    assertion: ({ settings, secrets }) => ({
      issuer: settings.clientId,
      subject: settings.user,
      audience: "https://api.tpl-id.example",
      privateKey: secrets.privateKey,
    }),
  }),
  async test({ request }) {
    const me = await request({ method: "GET", url: `${API}/me`, headers: {} });
    const account = me.kind === "reply" && me.status === 200 ? readJson(me, accountShape)?.name : undefined;
    if (account !== undefined) return { account, checks: [{ id: "access", ok: true, message: WORKS }] };
    const isRefused = me.kind === "reply" && (me.status === 401 || me.status === 403);
    return { checks: [isRefused ? REFUSED : SILENT] };
  },
});
