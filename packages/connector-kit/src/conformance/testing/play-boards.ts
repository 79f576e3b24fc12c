/** The vendor of the suite's own connector: cards on boards, with what vendors have in common. */
import type { Choice } from "../../field-choices.ts";
import type { VendorReply, VendorRequest } from "../../testing/fake/vendor.ts";
import type { PlayedConnection, PlayedVendor } from "../options.ts";

const PAGE = 200;

export function playBoards({ secrets }: PlayedConnection): PlayedVendor {
  const cards = new Map<string, unknown>();
  const labels = new Map<string, unknown>();
  const notes: { readonly key: unknown; readonly text: unknown }[] = [];
  const pings: unknown[] = [];
  let boards: readonly Choice[] = [{ value: "launch", label: "Launch" }];
  let isValid = true;
  let scopes = ["cards"];

  function list({ query }: VendorRequest): VendorReply {
    const found = boards.filter(({ label }) => label.includes(query.get("query") ?? ""));
    const from = Number(query.get("after") ?? 0);
    const next = from + PAGE < found.length ? String(from + PAGE) : undefined;
    return { status: 200, body: { ok: true, boards: found.slice(from, from + PAGE), next } };
  }

  function apply(request: VendorRequest): VendorReply {
    if (request.path === "/token") return { status: 200, body: { access_token: secrets["token"] } };
    if (!isValid || request.headers.authorization !== `Bearer ${String(secrets["token"])}`) {
      return { status: 401, body: { error: "invalid_token" } };
    }
    const body = request.json() as Readonly<Record<string, unknown>> | undefined;
    const made = { status: 201, body: { ok: true, id: "1" } };
    const path = request.path.split("/").slice(2).map(decodeURIComponent);
    switch (`${request.method} ${path[0]}`) {
      case "GET me":
        return { status: 200, body: { ok: true, account: "Harry's Agency", scopes } };
      case "GET boards":
        return list(request);
      case "GET notes":
        return {
          status: 200,
          body: { ok: true, notes: notes.filter(({ key }) => key === request.query.get("key")) },
        };
      case "POST boards": {
        const key = request.headers["idempotency-key"];
        // Without one, every request is a card.
        cards.set(typeof key === "string" ? key : `no key ${cards.size}`, body);
        return made;
      }
      case "PUT labels":
        labels.set(path[1] ?? "", body);
        return made;
      case "POST notes":
        notes.push({ key: body?.["key"], text: body?.["text"] });
        return made;
      case "POST pings":
        pings.push(body);
        return made;
      default:
        return { status: 404, body: { error: "not_found" } };
    }
  }

  return {
    apply,
    effects: () => [...cards.values(), ...labels.values(), ...notes, ...pings],
    fillChoices(_field, choices) {
      boards = choices;
    },
    troubles: {
      badToken() {
        isValid = false;
      },
      missingScope() {
        scopes = [];
      },
    },
  };
}
