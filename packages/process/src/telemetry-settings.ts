/** Settings of metrics and traces. Those of OpenTelemetry keep their standard names and meanings. */
import { z } from "zod";
import { setting } from "./settings.ts";

const portNumber = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().max(65_535));

/** Of every process that counts. */
export const metricsSettings = {
  STELLWERK_METRICS: setting(z.enum(["on", "off"]).default("on"), {
    help: "Whether the process counts what it does and shows it at `/metrics`.",
    expected: "on or off",
  }),
  STELLWERK_METRICS_TOKEN: setting(z.string().min(16).max(256).optional(), {
    help: "Who may read `/metrics`: whoever sends this as a bearer token. Unset: programs on the same machine, directly.",
    expected: "16 to 256 characters; `openssl rand -hex 24` makes good ones",
    secret: true,
  }),
};

/** Of the dispatcher, which serves nothing else. */
export const operationsServerSettings = {
  STELLWERK_METRICS_PORT: setting(portNumber.optional(), {
    help: "The port of the dispatcher's `/livez`, `/readyz` and `/metrics`. Unset: none. The api and `npm start` have them on PORT.",
    expected: "a port number from 0 to 65535",
  }),
  STELLWERK_METRICS_HOST: setting(z.string().default("127.0.0.1"), {
    help: "The address that STELLWERK_METRICS_PORT is opened on.",
    expected: "an IP address or host name of this machine",
  }),
};

/** Headers, certificates, timeout and compression of the exporter are read by OpenTelemetry itself. */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(z.url({ protocol: /^https?$/ }).optional(), {
    help: "Where traces are sent by OTLP over HTTP. Unset: none are made. OTEL_EXPORTER_OTLP_HEADERS, _TIMEOUT, _COMPRESSION, _CERTIFICATE and OTEL_RESOURCE_ATTRIBUTES count too.",
    expected: "a URL such as http://collector:4318",
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: setting(z.url({ protocol: /^https?$/ }).optional(), {
    help: "The same with its whole path, for traces alone.",
    expected: "a URL such as http://collector:4318/v1/traces",
  }),
  OTEL_EXPORTER_OTLP_PROTOCOL: setting(z.enum(["http/protobuf", "http/json"]).optional(), {
    help: "How traces are written. Unset: http/protobuf.",
    expected: "http/protobuf or http/json",
  }),
  OTEL_SERVICE_NAME: setting(z.string().max(256).optional(), {
    help: "The name of the process in traces and metrics. Unset: stellwerk-api, stellwerk-dispatcher or stellwerk.",
    expected: "a name",
  }),
  OTEL_TRACES_SAMPLER: setting(
    z
      .enum([
        "always_on",
        "always_off",
        "traceidratio",
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
      ])
      .optional(),
    {
      help: "Which traces are made. Unset: parentbased_always_on.",
      expected:
        "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or parentbased_traceidratio",
    },
  ),
  OTEL_TRACES_SAMPLER_ARG: setting(
    z
      .string()
      .regex(/^(0(\.\d+)?|1(\.0+)?)$/)
      .transform(Number)
      .optional(),
    {
      help: "The share of traces that the traceidratio samplers make. Unset: 1.",
      expected: "a number from 0 to 1",
    },
  ),
  OTEL_SDK_DISABLED: setting(z.enum(["true", "false"]).optional(), {
    help: "`true` makes no traces, whatever endpoint is set.",
    expected: "true or false",
  }),
};
