/**
 * Changing a signing secret without losing a delivery: for a while every request is signed with the old and
 * the new one, so that the receiver can change when it suits it.
 */
import type { Parsed, Problem, Rotation, Signing } from "@stellwerk/connector-kit";
import { MOST_PREVIOUS, type WebhookSecrets } from "./secrets.ts";
import {
  kindOfSecret,
  kindsOf,
  secretKinds,
  type SignatureChoice,
  type SignatureKind,
} from "./signature-kind.ts";
import { privateKeyOf, publicKeyOf } from "./signing-key.ts";

interface Choice {
  readonly signature: SignatureChoice;
}

export const signing: Signing<Choice, WebhookSecrets> = {
  complete(settings, secrets) {
    if (secrets.signingKey !== undefined || !kindsOf(settings.signature).includes("v1a")) return secrets;
    return { ...secrets, signingKey: secretKinds.v1a.make() };
  },
  rotate,
  endOverlap: ({ previousSecrets: _ended, ...secrets }) => secrets,
  describe(settings, secrets, now) {
    const kinds = kindsOf(settings.signature);
    const previous = stillSigning(secrets, now).filter(({ kind }) => kinds.includes(kind));
    return {
      signatures: kinds,
      overlaps: previous.map(({ kind, until }) => ({ signature: kind, until: new Date(until) })),
      publicKeys: !kinds.includes("v1a")
        ? []
        : [{ secret: secrets.signingKey, until: undefined }, ...previous].flatMap(({ secret, until }) => {
            const key = secret === undefined ? undefined : privateKeyOf(secret);
            if (key === undefined) return [];
            return [{ ...publicKeyOf(key), ...(until !== undefined && { until: new Date(until) }) }];
          }),
    };
  },
};

function rotate(settings: Choice, secrets: WebhookSecrets, rotation: Rotation): Parsed<WebhookSecrets> {
  const kind = kindToRotate(settings.signature, rotation);
  if (typeof kind === "object") return refused(kind);
  const { field, make, read, shape } = secretKinds[kind];
  const secret = rotation.secret ?? make();
  if (read(secret) === undefined) {
    return refused({ path: "secret", message: "cannot be used", expected: shape, received: "another text" });
  }
  const replaced = secrets[field];
  if (secret === replaced) {
    return refused({
      path: "secret",
      message: "is in use already",
      expected: "another secret",
      received: "the same one",
      fix: "Leave `secret` out to get a new one.",
    });
  }
  const still = stillSigning(secrets, rotation.now);
  const others = still.filter((each) => each.kind !== kind);
  // Without an overlap only the new one counts: that is what somebody wants whose secret is known to strangers.
  const overlaps = rotation.overlapMs > 0;
  const previous = overlaps ? still.filter((each) => each.kind === kind && each.secret !== secret) : [];
  if (previous.length >= MOST_PREVIOUS) {
    return refused({
      path: "overlap",
      message: `cannot begin: ${previous.length} replaced secrets still sign, until ${previous[0]?.until}`,
      expected: `at most ${MOST_PREVIOUS} overlaps at a time`,
      received: "one more",
      fix: 'End them with POST /v1/connections/{id}/end-overlap, or rotate with "overlap": "0s".',
    });
  }
  const until = new Date(rotation.now.getTime() + rotation.overlapMs).toISOString();
  const justReplaced = overlaps && replaced !== undefined ? [{ secret: replaced, until }] : [];
  const previousSecrets = [...justReplaced, ...previous, ...others].map((each) => ({
    secret: each.secret,
    until: each.until,
  }));
  return { ok: true, value: { ...secrets, [field]: secret, previousSecrets } };
}

/** The secret that is brought says it; else the request; else what the connection signs with. */
function kindToRotate(choice: SignatureChoice, { signature, secret }: Rotation): SignatureKind | Problem {
  const asked = signature ?? (secret === undefined ? undefined : kindOfSecret(secret));
  if (asked === undefined) return choice === "v1a" ? "v1a" : "v1";
  if (asked === "v1" || asked === "v1a") return asked;
  return {
    path: "signature",
    message: "is no kind of signature",
    expected: "v1 or v1a",
    received: "another text",
  };
}

function stillSigning(secrets: WebhookSecrets, now: Date) {
  return (secrets.previousSecrets ?? []).flatMap(({ secret, until }) => {
    const kind = kindOfSecret(secret);
    return kind === undefined || Date.parse(until) <= now.getTime() ? [] : [{ kind, secret, until }];
  });
}

function refused(problem: Problem): Parsed<WebhookSecrets> {
  return { ok: false, problems: [problem] };
}
