/** What is not HTTP, or not in time, never reaches express, and gets the same kind of answer all the same. */
import type { Socket } from "node:net";
import { problemBody } from "../error-response.ts";
import type { FieldProblem, ProblemDetails } from "../errors.ts";
import { DEFAULT_LIMITS } from "../limits/limits.ts";
import { alwaysOn } from "./answer.ts";
import { makeRequestId } from "./request-id.ts";

export function answerBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  // Half an answer is out (as Node's own handler looks it up), or nobody is there to read one.
  const current: unknown = Reflect.get(socket, "_httpMessage");
  const begun =
    typeof current === "object" && current !== null && Reflect.get(current, "headersSent") === true;
  if (begun || !socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const problem = brokenRequest(error.code);
  const body = JSON.stringify(problemBody(problem, makeRequestId()));
  const headers = {
    ...alwaysOn(socket),
    "content-type": "application/problem+json",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${problem.status} ${problem.title}\r\n${lines.join("")}\r\n${body}`);
  // Who goes on sending without reading would keep the connection half open.
  socket.once("finish", () => socket.destroySoon());
}

/** `code` is Node's or its parser's name for what is wrong; undefined: any other. */
export function brokenRequest(code: string | undefined): ProblemDetails {
  const { headerBytes, headerCount, headersTimeoutMs, requestTimeoutMs } = DEFAULT_LIMITS;
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return broken(431, "Request Header Fields Too Large", {
        message: "the headers are too large or too many",
        expected: `at most ${headerCount} headers with ${headerBytes} bytes`,
        fix: "Leave out headers and cookies that are not needed.",
      });
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return broken(413, "Content Too Large", {
        message: "the chunk extensions are too large",
        expected: "chunks without extensions",
        fix: "Send the body with a Content-Length.",
      });
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return broken(408, "Request Timeout", {
        message: "the request did not arrive in time",
        expected: `the headers within ${headersTimeoutMs / 1_000} s, all of it within ${requestTimeoutMs / 1_000} s`,
        fix: "Send the same again over a faster connection.",
      });
    case "ERR_HTTP_EXPECTATION":
      return broken(417, "Expectation Failed", {
        path: "expect",
        message: "this expectation cannot be met",
        expected: "100-continue, or no Expect header",
        fix: "Leave the header out.",
      });
    case "ERR_HTTP_HOST":
      return broken(400, "Bad Request", {
        path: "host",
        message: "the request has no Host header",
        expected: "exactly one (RFC 9112)",
        fix: "Send the header `Host`.",
      });
    default:
      return broken(400, "Bad Request", {
        message: "this is not a valid HTTP request",
        expected: "HTTP/1.1",
        fix: "Check the request line, the headers and how the body's length is given.",
      });
  }
}

function broken(
  status: number,
  title: string,
  error: Omit<FieldProblem, "path"> & Partial<FieldProblem>,
): ProblemDetails {
  const { message } = error;
  const detail = message.charAt(0).toUpperCase() + message.slice(1);
  return {
    status,
    code: "broken-request",
    title,
    detail,
    errors: [{ path: "", ...error }],
    headers: { connection: "close" },
  };
}
