/**
 * Whether a secret turns up in a text, as it is or written otherwise: in JSON, in an address, in base64, in hex.
 * A piece of one is a leak too: a prefix that is shown "to recognise it" is a beginning to guess from.
 */

export interface Canary {
  /** Which secret: "signing secret". */
  readonly name: string;
  readonly value: string | Buffer;
}

export interface Place {
  /** `log of api`, `table connection`. */
  readonly name: string;
  readonly text: string;
}

/** Long enough that no text has it by chance, in no form. */
const PIECE = 12;
/** What everybody may know: the kind of a secret. */
const PREFIX = /^(whsec|whsk|sk|[a-z]{3})_/;
/** How PostgreSQL writes a bytea. */
const BYTES_AS_TEXT = /\\x([0-9a-f]{2,})/g;

/** One line for each secret and place, with the forms that it has there. */
export function findLeaks(canaries: readonly Canary[], places: readonly Place[]): string[] {
  const searched = canaries.map(({ name, value }) => ({ name, forms: formsOf(value) }));
  return places.flatMap((place) => {
    const text = withDecodedBytes(place.text);
    return searched.flatMap(({ name, forms }) => {
      const found = [...forms].filter(([, form]) => text.includes(form));
      const [first] = found;
      if (first === undefined) return [];
      const names = found.map(([form]) => form).join("; ");
      return [`${name} in ${place.name} (${names}): ${around(text, first[1])}`];
    });
  });
}

function formsOf(value: string | Buffer): Map<string, string> {
  const forms = new Map<string, string>();
  for (const [where, piece] of piecesOf(value)) {
    const bytes = Buffer.from(piece);
    if (typeof piece === "string") {
      forms.set(`${where}, as it is`, piece);
      forms.set(`${where}, in JSON`, JSON.stringify(piece).slice(1, -1));
      forms.set(`${where}, in an address`, encodeURIComponent(piece));
      forms.set(`${where}, in a form`, new URLSearchParams({ "": piece }).toString().slice(1));
    } else {
      forms.set(`${where}, its bytes`, piece.toString("latin1"));
    }
    forms.set(`${where}, in hex`, bytes.toString("hex"));
    forms.set(`${where}, in HEX`, bytes.toString("hex").toUpperCase());
    for (const offset of [0, 1, 2]) {
      const core = base64Core(bytes, offset);
      forms.set(`${where}, in base64 at ${offset}`, core);
      forms.set(`${where}, in base64url at ${offset}`, core.replaceAll("+", "-").replaceAll("/", "_"));
    }
  }
  return forms;
}

function piecesOf(value: string | Buffer): [string, string | Buffer][] {
  const secret = typeof value === "string" ? value.replace(PREFIX, "") : value;
  if (secret.length < PIECE) throw new Error("too short to be told from anything else");
  return [
    ["its beginning", secret.slice(0, PIECE)],
    ["its end", secret.slice(-PIECE)],
  ];
}

/** The characters that stand in base64 whatever is around the bytes, when they begin at this place of three. */
function base64Core(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replaceAll("=", "");
  return whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

function withDecodedBytes(text: string): string {
  const decoded = [...text.matchAll(BYTES_AS_TEXT)].map(([, hex = ""]) =>
    Buffer.from(hex, "hex").toString("latin1"),
  );
  return [text, ...decoded].join("\n");
}

function around(text: string, found: string): string {
  const at = text.indexOf(found);
  return JSON.stringify(text.slice(Math.max(0, at - 80), at + found.length + 20));
}
