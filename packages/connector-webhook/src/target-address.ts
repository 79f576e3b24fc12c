/** What an address to send to may look like. Which hosts and addresses may be reached is the guard's business. */
import type { z } from "zod";

const LONGEST_URL = 2_048;

interface Refusal {
  readonly message: string;
  readonly expected: string;
  readonly received: string;
  readonly fix: string;
}

/** For `z.string().superRefine(…)`. `received` never repeats the address: it may hold a password. */
export function checkTargetAddress(url: string, context: z.core.$RefinementCtx<string>): void {
  const refusal = refusalOf(url);
  if (refusal === undefined) return;
  const { message, ...params } = refusal;
  context.addIssue({ code: "custom", message, params, input: url });
}

function refusalOf(url: string): Refusal | undefined {
  if (url.length > LONGEST_URL) {
    return {
      message: "is too long",
      expected: `at most ${LONGEST_URL} characters`,
      received: `${url.length} characters`,
      fix: "Put data into the body or a header, not into the address.",
    };
  }
  const parsed = URL.parse(url);
  if (parsed === null) {
    return {
      message: "is not a URL",
      expected: "a URL such as https://example.com/hooks",
      received: `text of ${url.length} characters that is not a URL`,
      fix: "Copy the whole address from the receiver, with https:// in front.",
    };
  }
  if (parsed.protocol !== "https:" && parsed.protocol !== "http:") {
    return {
      message: "must be an http or https address",
      expected: "http:// or https://",
      received: `${parsed.protocol}//`,
      fix: "Use the address that begins with https://.",
    };
  }
  if (parsed.username !== "" || parsed.password !== "") {
    return {
      message: "must not contain a user name or password",
      expected: "a URL without `user:password@`",
      received: "a URL with credentials in it",
      fix: "Put them into secrets.headers, for example `authorization: Basic …`.",
    };
  }
  if (url.includes("#")) {
    return {
      message: "must not contain a fragment",
      expected: "a URL without `#`",
      received: "a URL with `#`",
      fix: "Leave out `#` and what follows: it is never sent.",
    };
  }
  return undefined;
}
