/** A connector that does everything right, in parts that a wrong one can replace. */
import { z } from "zod";
import type {
  Action,
  AttemptFacts,
  Connection,
  Connector,
  Exchange,
  FieldChoices,
  Outcome,
  Reply,
} from "../../index.ts";
import {
  apiKey,
  defineAction,
  defineConnection,
  defineConnector,
  definePreset,
  field,
  key,
  natural,
  never,
  oauth2,
  probe,
  unknownCode,
} from "../../index.ts";

export interface Settings {
  readonly team: string;
}
export interface Secrets {
  readonly token: string;
}
export type CardInput = { readonly board: string; readonly text: string };
export type BoardsConnection = Connection<Settings, Secrets>;
export type BoardsAction<Input = CardInput> = Action<Input, Settings, Secrets>;

const API = "https://api.boards.example/v1";
export const json = { "content-type": "application/json" };

export const texts = {
  team: field({
    title: { en: "Team", de: "Team" },
    help: { en: "Its name in the address.", de: "Sein Name in der Adresse." },
  }),
  token: field({
    title: { en: "API token", de: "API-Token" },
    help: { en: "Profile > API > New token.", de: "Profil > API > Neues Token." },
  }),
  board: field({
    title: { en: "Board", de: "Board" },
    help: { en: "Where the card goes.", de: "Wohin die Karte kommt." },
  }),
  text: field({
    title: { en: "Text", de: "Text" },
    help: { en: "What stands on it.", de: "Was darauf steht." },
    multiline: true,
  }),
};

const test: NonNullable<BoardsConnection["test"]> = async ({ request }) => {
  const exchange = await request({ method: "GET", url: `${API}/me`, headers: {} });
  const body = exchange.kind === "reply" ? bodyOf(exchange) : undefined;
  if (exchange.kind === "failed" || exchange.status >= 500 || (exchange.status < 400 && body === undefined)) {
    const message = { en: "Boards cannot be reached.", de: "Boards ist nicht erreichbar." };
    const fix = { en: "Try again in a minute.", de: "Versuche es gleich noch einmal." };
    return { checks: [{ id: "reachable", ok: false, message, fix }] };
  }
  if (exchange.status !== 200) {
    const message = { en: "The token is not valid.", de: "Das Token ist nicht gültig." };
    const fix = { en: "Make a new one.", de: "Lege ein neues an." };
    return { checks: [{ id: "token", ok: false, message, fix }] };
  }
  const scopes: unknown = body?.["scopes"];
  return {
    account: String(body?.["account"]),
    checks: [
      { id: "token", ok: true, message: { en: "The token is valid.", de: "Das Token ist gültig." } },
      {
        id: "scopes",
        ok: Array.isArray(scopes) && scopes.includes("cards"),
        message: { en: "The scope cards.", de: "Die Berechtigung cards." },
        fix: { en: "Give the token the scope cards.", de: "Gib dem Token die Berechtigung cards." },
      },
    ],
  };
};

export const boardsConnection: BoardsConnection = {
  settings: z.strictObject({ team: z.string().meta(texts.team) }),
  secrets: z.strictObject({ token: z.string().meta(texts.token) }),
  auth: apiKey({ secret: "token" }),
  test,
  limits: { perSecond: 10 },
};

const choices: FieldChoices<Settings, Secrets> = async ({ request }, { query, cursor }) => {
  const search = new URLSearchParams({ query, ...(cursor === undefined ? {} : { after: cursor }) });
  const exchange = await request({ method: "GET", url: `${API}/boards?${search.toString()}`, headers: {} });
  const body = exchange.kind === "reply" && exchange.status === 200 ? bodyOf(exchange) : undefined;
  const items = body?.["boards"];
  if (!Array.isArray(items)) return { refused: { en: "Boards does not tell.", de: "Boards sagt es nicht." } };
  const next = body?.["next"];
  return { items, ...(typeof next === "string" ? { next } : {}) };
};

export function classify(exchange: Exchange, _now: Date, { attempt }: AttemptFacts): Outcome | undefined {
  if (exchange.kind === "failed") return undefined;
  const body = bodyOf(exchange);
  const { status } = exchange;
  if (status >= 200 && status < 300) {
    if (body === undefined) {
      return { kind: "in_doubt", reason: "not_json", detail: "Boards answered something that is not JSON." };
    }
    if (body["ok"] !== true) return unknownCode(String(body["error"]), attempt);
    const summary = { en: "Card added.", de: "Karte angelegt." };
    return { kind: "delivered", summary, did: "created", output: { id: body["id"] } };
  }
  if (status === 400 || status === 404) {
    return { kind: "rejected", reason: "boards_refused", detail: `Boards says: ${String(body?.["error"])}.` };
  }
  return undefined;
}

export function bodyOf({ body }: Reply): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

const cardText = {
  title: { en: "Add a card", de: "Karte anlegen" },
  summary: { en: "One card per event.", de: "Eine Karte je Ereignis." },
};
const input = z.strictObject({
  board: z.string().min(1).meta(texts.board),
  text: z.string().meta(texts.text),
});
const output = z.object({ id: z.string() });
const samples = [{ name: "A launch", input: { board: "launch", text: "Harry's Diner is live" } }];

/** Without its connection, which the connector that it goes into knows. */
export type ActionParts<Input = CardInput> = Omit<BoardsAction<Input>, "connection">;

export const addCard: ActionParts = {
  ...cardText,
  input,
  output,
  options: { board: choices },
  repeat: key("Boards drops an Idempotency-Key it has seen for 30 days"),
  plan: ({ board, text }, { key: id }) => ({
    method: "POST",
    url: `${API}/boards/${encodeURIComponent(board)}/cards`,
    headers: { ...json, "idempotency-key": id },
    body: JSON.stringify({ text }),
  }),
  classify,
  samples,
};

export const setLabel: ActionParts = {
  ...addCard,
  repeat: natural("a label that is set again stays as it is"),
  plan: ({ board, text }) => ({
    method: "PUT",
    url: `${API}/labels/${encodeURIComponent(board)}`,
    headers: json,
    body: JSON.stringify({ text }),
  }),
};

export const writeNote: ActionParts = {
  ...addCard,
  repeat: probe({ visibleAfterMs: 2_000, inDoubt: "hold" }),
  plan: ({ text }, { key: id }) => ({
    method: "POST",
    url: `${API}/notes`,
    headers: json,
    body: JSON.stringify({ key: id, text }),
  }),
  async probe({ request, key: id }) {
    const exchange = await request({
      method: "GET",
      url: `${API}/notes?key=${encodeURIComponent(id)}`,
      headers: {},
    });
    const notes =
      exchange.kind === "reply" && exchange.status === 200 ? bodyOf(exchange)?.["notes"] : undefined;
    if (!Array.isArray(notes)) return { kind: "unknown", detail: "Boards does not tell its notes." };
    return notes.length === 0
      ? { kind: "absent" }
      : { kind: "found", summary: { en: "The note is there.", de: "Die Notiz ist da." } };
  },
};

export const pingTeam: ActionParts = {
  ...addCard,
  repeat: never({ inDoubt: "hold" }),
  plan: ({ text }) => ({
    method: "POST",
    url: `${API}/pings`,
    headers: json,
    body: JSON.stringify({ text }),
  }),
};

export interface BoardsParts {
  readonly id?: string;
  readonly connection?: Partial<BoardsConnection>;
  readonly actions?: Readonly<Record<string, ActionParts>>;
  readonly connector?: Partial<Connector<Settings, Secrets>>;
}

/** @example makeBoards({ actions: { add_card: { ...addCard, classify: () => undefined } } }) */
export function makeBoards(parts: BoardsParts = {}): Connector {
  const connection = defineConnection({ ...boardsConnection, ...parts.connection });
  const actions = Object.entries(parts.actions ?? { add_card: addCard });
  return defineConnector({
    id: parts.id ?? "boards",
    title: { en: "Boards", de: "Boards" },
    summary: { en: "Makes cards.", de: "Legt Karten an." },
    hosts: ["api.boards.example"],
    connection,
    actions: Object.fromEntries(
      actions.map(([name, action]) => [name, defineAction({ ...action, connection })]),
    ),
    presets: [
      definePreset({
        id: "done_to_board",
        title: { en: "A card for each launch", de: "Eine Karte je Launch" },
        summary: { en: "When a website is done.", de: "Wenn eine Website fertig ist." },
        parameters: z.strictObject({ board: z.string().meta(texts.board) }),
        example: { board: "launch" },
        eventTypes: ["website_status_changed"],
        when: { "website.status": { $eq: "Done" } },
        action: actions[0]?.[0] ?? "",
        input: ({ board }) => ({ board, text: { $text: "{{ website.title }} is done" } }),
      }),
    ],
    ...parts.connector,
  });
}

export const boards = makeBoards({
  actions: { add_card: addCard, set_label: setLabel, write_note: writeNote, ping_team: pingTeam },
});

/** The same, and what proves who it is has to be asked for first. */
export const boardsByOAuth = makeBoards({
  id: "boards-oauth",
  connection: {
    auth: oauth2({
      grant: "client_credentials",
      tokenUrl: "https://api.boards.example/token",
      client: ({ secrets }) => ({ id: "app", secret: secrets.token }),
    }),
  },
});
