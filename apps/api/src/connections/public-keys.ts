/**
 * The public keys of a connection, at an address that every receiver may read: with them it checks `v1a`
 * signatures. Whoever has a connection's id (74 random bits) may know its public keys; an id that is none, one
 * of a deleted connection and one of a connection that signs with a shared secret are answered by the same query
 * without a row, so that neither the answer nor its time tells them apart.
 */
import { findSigningConnection } from "@stellwerk/store";
import { z } from "zod";
import { notFound } from "../errors.ts";
import { idParameter } from "../http/ids.ts";
import { defineRoute } from "../http/route.ts";
import { PUBLIC_KEYS_PATH, signingFacts } from "./signing.ts";

/** Shorter than any sensible overlap: a receiver that asks this often never misses a new key. */
const CACHE_SECONDS = 300;

const keySet = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        alg: z.literal("EdDSA"),
        use: z.literal("sig"),
        x: z.string(),
        whpk: z.string().describe("The same key as Standard Webhooks writes it."),
      }),
    ),
  })
  .meta({ id: "PublicKeySet" });

export const publicKeysRoute = defineRoute({
  method: "GET",
  path: `${PUBLIC_KEYS_PATH}/{id}`,
  operation: "getPublicKeys",
  summary: "The public keys of a connection that signs with `v1a`, as a JWK set (RFC 7517).",
  description:
    "For receivers; no API key is needed. While a key is rotated there are several, and a signature that fits any of them is good. May be cached for five minutes.",
  scope: "none",
  problems: ["not-found"],
  params: z.strictObject({ id: idParameter("con") }),
  answer: { status: 200, description: "The keys, the one in use first.", schema: keySet },
  async handle({ params }, services) {
    const row = await findSigningConnection(services.wall.lobby, params.id);
    const facts = row && signingFacts(row, services);
    if (facts === undefined || facts.publicKeys.length === 0) throw notFound("There is nothing with this id");
    const keys = facts.publicKeys.map(({ key, jwk }) => ({ ...jwk, whpk: key }));
    return { body: { keys }, headers: { "cache-control": `public, max-age=${CACHE_SECONDS}` } };
  },
});
