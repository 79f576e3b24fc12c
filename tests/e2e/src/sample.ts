/** The platform's own sample, as it is and made one of a kind. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const FIXTURES = new URL("../../../packages/events/fixtures/", import.meta.url);

/** Byte for byte as their page has it, its missing comma repaired. */
export const SAMPLE: Buffer = readFileSync(new URL("website_status_changed.json", FIXTURES));

/** As their page prints it: no JSON. */
export const SAMPLE_AS_PRINTED: Buffer = readFileSync(
  new URL("website_status_changed.as-printed.txt", FIXTURES),
);

/** The sample about website `number`: no two bodies are equal, so a mix-up of bodies shows. */
export function numberedSample(number: number): Buffer {
  return Buffer.from(
    SAMPLE.toString("utf8")
      .replaceAll("321654", String(number))
      .replace("Harry's Diner", `Harry's Diner No. ${number} – ☕`),
  );
}

/** Which number a body was made with. */
export function numberOf(body: Buffer): number | undefined {
  const found = /"id": (\d+),\s+"title"/.exec(body.toString("utf8"))?.[1];
  return found === undefined ? undefined : Number(found);
}

export function hashOf(body: Buffer): string {
  return createHash("sha256").update(body).digest("base64url");
}
