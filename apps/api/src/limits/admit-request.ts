/** The door before express: what is refused by looking at a request's headers and its connection alone. */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Log } from "@stellwerk/log";
import { sendProblem } from "../error-response.ts";
import { ProblemError } from "../errors.ts";
import { brokenRequest } from "../http/broken-request.ts";
import { makeRequestId } from "../http/request-id.ts";
import type { Limits } from "./limits.ts";

export function admitRequests(
  app: RequestListener,
  limits: Pick<Limits, "headerCount" | "pipelined">,
  log: Log,
): RequestListener {
  const waiting = new WeakMap<Socket, number>();

  /** Node hands out every request of a connection at once; only the answers wait for each other. */
  function isPipelinedTooFar(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request;
    const count = (waiting.get(socket) ?? 0) + 1;
    if (count > limits.pipelined) {
      socket.destroy();
      return true;
    }
    waiting.set(socket, count);
    response.once("close", () => waiting.set(socket, (waiting.get(socket) ?? 1) - 1));
    return false;
  }

  return (request, response) => {
    // It has the socket unless another answer on this connection comes first.
    if (response.socket === null && isPipelinedTooFar(request, response)) return;
    if (request.rawHeaders.length > 2 * limits.headerCount) return refuse("HPE_HEADER_OVERFLOW");
    if (request.headers.host === undefined && request.httpVersion === "1.1") return refuse("ERR_HTTP_HOST");
    app(request, response);

    function refuse(code: string): void {
      sendProblem(response, new ProblemError(brokenRequest(code)), makeRequestId(), log);
    }
  };
}
