/**
 * Connecting an account at a vendor (OAuth 2, authorization code with PKCE): out to the vendor's page, and back with
 * a code. Whose way back it is follows from the state alone, which is taken once.
 */
import { finishAuthorization, startAuthorization } from "@stellwerk/connector-kit";
import {
  findConnection,
  keepOAuthState,
  replaceConnectionToken,
  resumeConnection,
  resumeMendedSubscriptions,
  takeOAuthState,
} from "@stellwerk/store";
import { z } from "zod";
import { changeConfiguration } from "../changes.ts";
import { conflict } from "../errors.ts";
import { idParameter } from "../http/ids.ts";
import { languageOf, type Language } from "../http/language.ts";
import { type Answer, defineRoute } from "../http/route.ts";
import type { Services } from "../services.ts";
import { requireConnection } from "./require-connection.ts";
import { askVendor, callParts } from "./vendor-calls.ts";

/** As it has to be registered at the vendor, after the public URL. */
const OAUTH_CALLBACK_PATH = "/oauth/callback";

function redirectUriOf({ publicUrl }: Pick<Services, "publicUrl">): string {
  return publicUrl() + OAUTH_CALLBACK_PATH;
}

const startRoute = defineRoute({
  method: "POST",
  path: "/v1/connections/{id}/oauth/start",
  operation: "startOAuth",
  summary: "Begins to connect an account at a vendor: where to send the browser.",
  description:
    "For a connector whose `auth.grant` is `authorization_code`. The address is good for a quarter of an hour and for one person. `redirectUri` has to be registered at the vendor, to the letter.",
  scope: "manage",
  problems: ["conflict"],
  params: z.strictObject({ id: idParameter("con") }),
  answer: {
    status: 200,
    description: "Open `url` in a browser.",
    schema: z.strictObject({ url: z.string(), redirectUri: z.string() }).meta({ id: "OAuthStart" }),
  },
  async handle({ params: { id }, accountId }, services) {
    const row = await requireConnection(services.db, accountId, id);
    const { connector, settings, secrets } = callParts(row, accountId, services);
    const { auth } = connector.connection;
    if (auth?.kind !== "oauth2" || auth.grant !== "authorization_code") {
      throw conflict("This connection needs nobody's consent; its settings and secrets are all it takes");
    }
    const redirectUri = redirectUriOf(services);
    const started = startAuthorization({ auth, settings, secrets }, redirectUri);
    const { db, sealer } = services;
    await keepOAuthState({ db, sealer, accountId, connectionId: id }, { ...started, redirectUri });
    return { body: { url: started.url, redirectUri } };
  },
});

const callbackRoute = defineRoute({
  method: "GET",
  path: OAUTH_CALLBACK_PATH,
  operation: "finishOAuth",
  summary: "Where the vendor sends the browser back. For browsers, not for programs.",
  description:
    "No API key is needed: the state says whose connection it is, and is good once. A connection that Stellwerk stopped goes on.",
  scope: "none",
  problems: [],
  query: z.looseObject({
    state: z.string().max(512).default("").describe("What `oauth/start` sent along."),
    code: z.string().max(4_096).optional().describe("What the vendor gives for a token."),
    error: z.string().max(256).optional().describe("Why there is none: `access_denied`."),
  }),
  answer: { status: 200, description: "A page that says so.", contentType: "text/html; charset=utf-8" },
  otherAnswers: [
    {
      status: 410,
      description: "A page that says what went wrong; the link is used up.",
      contentType: "text/html; charset=utf-8",
    },
  ],
  async handle({ query: { state, code, error }, headers }, services) {
    const language = languageOf(headers);
    // Ours are 43 characters: whatever is not shaped like one costs no look into the database.
    const taken = /^[\w-]{20,200}$/.test(state)
      ? await takeOAuthState(services.wall.lobby, services.sealer, state)
      : undefined;
    if (taken === undefined) return page(language, "expired");
    // `access_denied` and the like; what the vendor says beside it is nothing for a page of ours.
    if (error !== undefined || code === undefined) return page(language, "refused");
    const { accountId, connectionId, verifier, redirectUri } = taken;
    const door = { ...services, db: services.wall.of(accountId) };
    const row = await findConnection(door.db, accountId, connectionId);
    if (row === undefined) return page(language, "expired");
    const { connector, settings, secrets, http } = callParts(row, accountId, door);
    const { auth } = connector.connection;
    if (auth?.kind !== "oauth2" || auth.grant !== "authorization_code") return page(language, "expired");
    const finished = await askVendor(door, { accountId, headers }, () =>
      finishAuthorization({ connector, auth, settings, secrets, http }, { code, verifier, redirectUri }),
    );
    if (!finished.ok) {
      services.log.warn({ connection: row.id, reason: finished.outcome.reason }, "a connection was not made");
      return page(language, "failed");
    }
    await changeConfiguration(door, accountId, async (tx) => {
      await replaceConnectionToken({ db: tx, sealer: door.sealer, accountId, connectionId }, finished.token);
      await resumeConnection(tx, accountId, connectionId, { onlyStopped: true });
      await resumeMendedSubscriptions(tx, accountId, { connectionId });
    });
    return page(language, "connected");
  },
});

const PAGES = {
  connected: {
    status: 200,
    en: ["Connected", "The connection works from now on. You can close this window."],
    de: ["Verbunden", "Die Verbindung steht. Du kannst dieses Fenster schließen."],
  },
  refused: {
    status: 410,
    en: ["Not connected", "Access was not granted. Start again if that was a mistake."],
    de: [
      "Nicht verbunden",
      "Der Zugriff wurde nicht erlaubt. Falls das ein Versehen war, beginne noch einmal.",
    ],
  },
  expired: {
    status: 410,
    en: [
      "Not connected",
      "This link is no longer good: it works once, for a quarter of an hour. Start again.",
    ],
    de: [
      "Nicht verbunden",
      "Dieser Link gilt nicht mehr: Er gilt einmal und eine Viertelstunde lang. Beginne noch einmal.",
    ],
  },
  failed: {
    status: 410,
    en: [
      "Not connected",
      "The vendor did not complete it. Start again; if it stays so, check the app's settings.",
    ],
    de: [
      "Nicht verbunden",
      "Der Anbieter hat die Verbindung nicht hergestellt. Beginne noch einmal; bleibt es dabei, prüfe die Einstellungen der App.",
    ],
  },
} as const;

/** Nothing of the request is shown in it, and it runs nothing. */
function page(language: Language, kind: keyof typeof PAGES): Answer {
  const { status } = PAGES[kind];
  const [title, text] = PAGES[kind][language];
  const html = `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>`;
  return { status, body: Buffer.from(html), headers: { "content-type": "text/html; charset=utf-8" } };
}

export const oauthRoutes = [startRoute, callbackRoute];
