/** `GET /metrics`: what the process has counted, for Prometheus. */
import { mayReadMetrics, PROMETHEUS_TYPE } from "@stellwerk/telemetry";
import { forbidden, notFound, ProblemError } from "../errors.ts";
import { defineRoute } from "../http/route.ts";

export const metricsRoute = defineRoute({
  method: "GET",
  path: "/metrics",
  operation: "getMetrics",
  summary: "What this process has counted, in Prometheus's text format.",
  description:
    "With `STELLWERK_METRICS_TOKEN` set, for whoever sends it as a bearer token; without it, for programs on the same machine that ask directly. It holds no names and no ids. With `STELLWERK_METRICS=off` there is nothing here.",
  scope: "none",
  isAlwaysAnswered: true,
  problems: ["unauthenticated", "forbidden", "not-found"],
  answer: { status: 200, description: "The metrics.", contentType: PROMETHEUS_TYPE },
  async handle(request, { metricsReader, metricsToken }) {
    if (metricsReader === undefined) throw notFound("Metrics are switched off (STELLWERK_METRICS)");
    switch (mayReadMetrics(request, metricsToken)) {
      case "token_wanted":
        throw tokenWanted();
      case "not_from_here":
        throw forbidden("Metrics are read from the same machine, directly, or with a token", {
          path: "",
          message: "the request came from another machine or through a proxy",
          expected: "a request from this machine, or STELLWERK_METRICS_TOKEN",
          fix: "Set STELLWERK_METRICS_TOKEN and send it as a bearer token.",
        });
      case "allowed":
        return {
          body: Buffer.from(await metricsReader.read()),
          headers: { "content-type": PROMETHEUS_TYPE },
        };
    }
  },
});

function tokenWanted(): ProblemError {
  const detail = "The token for metrics is missing, or it is another one";
  return new ProblemError({
    status: 401,
    code: "unauthenticated",
    title: "The token for metrics is needed",
    detail,
    errors: [
      {
        path: "authorization",
        message: detail,
        expected: "Bearer <STELLWERK_METRICS_TOKEN>",
        fix: "Send the header `Authorization: Bearer <token>` with the token from STELLWERK_METRICS_TOKEN.",
      },
    ],
    headers: { "www-authenticate": 'Bearer realm="stellwerk metrics"' },
  });
}
