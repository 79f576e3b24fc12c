/** One unmistakable value for every kind of secret that Stellwerk is given. What it makes itself is added when it is made. */
import { randomBytes } from "node:crypto";
import type { Canary } from "./find-leaks.ts";

/** Reads as what it is when it turns up, and is another one in each run. */
function canaryText(kind: string): string {
  return `${mark()}-canary-${kind}-${mark()}`;
}

function mark(): string {
  return randomBytes(8).toString("hex");
}

/** Characters that JSON, addresses and forms write otherwise; not at the ends, where pieces are looked for. */
const AWKWARD = '"/+&=% \\ü';

export function makeSecrets() {
  const sealing = randomBytes(32);
  const otherSealing = randomBytes(32);
  const signing = randomBytes(32);
  const signingSeed = randomBytes(32);
  const secrets = {
    adminKey: canaryText("admin"),
    databasePassword: `${canaryText("database")}${AWKWARD}${mark()}`,
    secretKey: sealing.toString("base64"),
    otherSecretKey: otherSealing.toString("hex"),
    metricsToken: canaryText("metrics"),
    saslPassword: `${canaryText("sasl")}${AWKWARD}${mark()}`,
    collectorKey: canaryText("collector"),
    signingSecret: `whsec_${signing.toString("base64")}`,
    signingKey: `whsk_${signingSeed.toString("base64")}`,
    headerSecret: canaryText("header"),
    bearerToken: canaryText("bearer"),
    secondBearerToken: canaryText("bearer"),
    basicPassword: `${canaryText("basic")}${AWKWARD}${mark()}`,
  };
  const canaries: Canary[] = Object.entries(secrets).map(([name, value]) => ({ name, value }));
  const bytes = {
    secretKey: sealing,
    otherSecretKey: otherSealing,
    signingSecret: signing,
    signingKey: signingSeed,
  };
  canaries.push(...Object.entries(bytes).map(([name, value]) => ({ name: `bytes of ${name}`, value })));
  return { ...secrets, canaries };
}

export type Secrets = ReturnType<typeof makeSecrets>;
