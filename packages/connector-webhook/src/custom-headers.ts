/** Headers of the receiver's own wish, plain or secret. Names are compared and sent in lower case. */
import { z } from "zod";

const MOST_HEADERS = 20;
const LONGEST_VALUE = 4_096;
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/;
/** Visible ASCII, space and tab: no line breaks, so no header can be smuggled in. */
const VALUE = /^[\t\x20-\x7e]*$/;

/** These belong to the connection itself, to the signature or to the event. */
const RESERVED_NAMES = new Set([
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "date",
  "expect",
  "host",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "traceparent",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
]);
const RESERVED_PREFIXES = ["webhook-", "ce-"];

/** Plain headers are shown to everybody who sees the connection and in every delivery. */
const CREDENTIAL = /^(authorization|cookie)$|(^|-)(token|secret|password|api-?key|auth|signature)($|-)/;

interface Trouble {
  readonly message: string;
  readonly expected: string;
  readonly received: string;
  readonly fix?: string;
}

export const secretHeaders = headersSchema(() => undefined);

export const plainHeaders = headersSchema((name) =>
  CREDENTIAL.test(name)
    ? {
        message: "looks like a credential",
        expected: "headers that everybody may read",
        received: name,
        fix: `Put "${name}" into secrets.headers${name === "authorization" ? ", or use secrets.bearerToken or secrets.basicAuth" : ""}.`,
      }
    : undefined,
);

function headersSchema(refuse: (lowerCaseName: string) => Trouble | undefined) {
  return z
    .record(z.string(), z.string())
    .superRefine((headers, context) => {
      const report = (path: string[], { message, ...params }: Trouble): void =>
        context.addIssue({ code: "custom", path, message, params, input: headers });
      const entries = Object.entries(headers);
      if (entries.length > MOST_HEADERS) {
        report([], {
          message: "has too many headers",
          expected: `at most ${MOST_HEADERS}`,
          received: `${entries.length}`,
        });
      }
      const seen = new Set<string>();
      for (const [name, value] of entries) {
        const lower = name.toLowerCase();
        const trouble = troubleWithName(lower, seen) ?? refuse(lower) ?? troubleWithValue(value);
        if (trouble !== undefined) report([name], trouble);
        seen.add(lower);
      }
    })
    .transform((headers): Record<string, string> =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()])),
    );
}

function troubleWithName(name: string, seen: ReadonlySet<string>): Trouble | undefined {
  if (!NAME.test(name)) {
    return {
      message: "is not a header name",
      expected: "letters, digits and hyphens",
      received: "other characters",
    };
  }
  if (RESERVED_NAMES.has(name) || RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix))) {
    return { message: "is set by us", expected: "another header name", received: name };
  }
  return seen.has(name)
    ? { message: "is there twice", expected: "each name once, whatever its case", received: name }
    : undefined;
}

/** `received` never repeats the value: it may be a credential. */
function troubleWithValue(value: string): Trouble | undefined {
  if (value.length > LONGEST_VALUE) {
    const expected = `at most ${LONGEST_VALUE} characters`;
    return { message: "has a value that is too long", expected, received: `${value.length} characters` };
  }
  if (VALUE.test(value)) return undefined;
  const expected = "printable ASCII without line breaks";
  return { message: "has a value that cannot be sent", expected, received: "other characters" };
}
