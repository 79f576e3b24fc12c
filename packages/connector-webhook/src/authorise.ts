/** What proves to a receiver who we are: the signature, and the credentials it gave us. On the hot path. */
import type { KeyObject } from "node:crypto";
import type { Authorisation } from "@stellwerk/connector-kit";
import { authorizationOf } from "./authorization.ts";
import type { WebhookSecrets } from "./secrets.ts";
import { signV1, signV1a, type SignedMessage } from "./sign.ts";
import {
  kindOfSecret,
  kindsOf,
  secretKinds,
  type SignatureChoice,
  type SignatureKind,
} from "./signature-kind.ts";

interface SigningKey {
  readonly key: KeyObject;
  readonly untilMs: number;
}

interface Prepared {
  /** The one in use first. */
  readonly keys: Readonly<Record<SignatureKind, readonly SigningKey[]>>;
  readonly secretHeaders: Readonly<Record<string, string>> | undefined;
}

const signers = { v1: signV1, v1a: signV1a };

export function authorise(
  secrets: WebhookSecrets,
  choice: SignatureChoice,
  message: SignedMessage,
  now: Date,
): Authorisation {
  const { keys, secretHeaders } = prepare(secrets);
  const signatures: string[] = [];
  for (const kind of kindsOf(choice)) {
    const sign = signers[kind];
    const all = keys[kind];
    // Secrets are completed when they are saved.
    if (all.length === 0) throw new Error(`the connection signs with ${kind} and has no key for it`);
    for (const { key, untilMs } of all) {
      if (untilMs > now.getTime()) signatures.push(sign(key, message));
    }
  }
  return {
    // A signature is no secret: whoever may read the log may compare it with what the receiver computed.
    headers: { "webhook-timestamp": String(message.timestamp), "webhook-signature": signatures.join(" ") },
    ...(secretHeaders === undefined ? {} : { secretHeaders }),
  };
}

/**
 * By the connection's parsed secrets, which live as long as they are current: with their texts instead, more
 * than half of a signature's time went into reading them.
 */
const prepared = new WeakMap<WebhookSecrets, Prepared>();

function prepare(secrets: WebhookSecrets): Prepared {
  let known = prepared.get(secrets);
  if (known === undefined) {
    known = {
      keys: { v1: keysOf(secrets, "v1"), v1a: keysOf(secrets, "v1a") },
      secretHeaders: headersOf(secrets),
    };
    prepared.set(secrets, known);
  }
  return known;
}

function keysOf(secrets: WebhookSecrets, kind: SignatureKind): SigningKey[] {
  const { field, read } = secretKinds[kind];
  const previous = (secrets.previousSecrets ?? []).filter(({ secret }) => kindOfSecret(secret) === kind);
  const all = [
    { secret: secrets[field], untilMs: Infinity },
    ...previous.map(({ secret, until }) => ({ secret, untilMs: Date.parse(until) })),
  ];
  return all.flatMap(({ secret, untilMs }) => {
    const key = secret === undefined ? undefined : read(secret);
    return key === undefined ? [] : [{ key, untilMs }];
  });
}

function headersOf(secrets: WebhookSecrets): Record<string, string> | undefined {
  const authorization = authorizationOf(secrets);
  if (authorization === undefined) return secrets.headers;
  return { ...secrets.headers, authorization };
}
