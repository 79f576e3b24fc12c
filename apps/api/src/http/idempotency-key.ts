/** What may be an idempotency key, in the header or as an item's `id`. */
import type { FieldProblem } from "../errors.ts";

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

export function idempotencyKeyProblem(key: string): FieldProblem | undefined {
  if (IDEMPOTENCY_KEY.test(key)) return undefined;
  return {
    path: "idempotency-key",
    message: "cannot be used as a key",
    expected: "1 to 255 visible ASCII characters",
    received: `${key.length} characters`,
  };
}
