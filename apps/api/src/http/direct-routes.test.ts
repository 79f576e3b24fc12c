import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { answerDirectly } from "./direct-routes.ts";

function askFor(method: string, url: string): string {
  let seen = "";
  const answer = answerDirectly(
    [
      {
        method: "POST",
        path: "/hooks/{token}",
        handle: async ({ params }) => void (seen = `directly: ${params["token"]}`),
      },
    ],
    () => (seen = "by express"),
  );
  const request = Object.assign(new IncomingMessage(new Socket()), { method, url });
  answer(request, new ServerResponse(request));
  return seen;
}

test.each(["/hooks/aB_9-", "/hooks/aB_9-?", "/hooks/aB_9-?a=/b"])("%s is answered directly", (url) => {
  expect(askFor("POST", url)).toBe("directly: aB_9-");
});

test.each([
  ["GET", "/hooks/a"],
  ["POST", "/hooks/"],
  ["POST", "/hooks/a/"],
  ["POST", "/hooks/%61"],
  ["POST", "/hooks/%"],
  ["POST", "/hooks/a#b"],
  ["POST", "/Hooks/a"],
  ["POST", "//hooks/a"],
  ["POST", "http://host/hooks/a"],
  ["POST", "/v1/events"],
])("%s %s is left to express", (method, url) => {
  expect(askFor(method, url)).toBe("by express");
});
