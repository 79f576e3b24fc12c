/** The settings of the event bus; `openBus` of @stellwerk/bus takes what is read from them. */
import { z } from "zod";
import { setting } from "./settings.ts";

const hostAndPort = /^[a-z0-9._-]+:\d{1,5}$/i;

export const busSettings = {
  STELLWERK_BUS: setting(z.enum(["postgres", "kafka"]).default("postgres"), {
    help: "The event bus between api and dispatcher: tables in the database, or Kafka.",
    expected: "postgres or kafka",
  }),
  KAFKA_BROKERS: setting(
    z
      .string()
      .transform((list) => list.split(",").map((broker) => broker.trim()))
      .refine((brokers) => brokers.every((broker) => hostAndPort.test(broker)))
      .optional(),
    {
      help: "Where Kafka is; the others are found through these.",
      expected: "host:port, several separated by commas",
    },
  ),
  KAFKA_TLS: setting(z.enum(["true", "false"]).default("false"), {
    help: "Whether connections to Kafka are encrypted.",
    expected: "true or false",
  }),
  KAFKA_TLS_CA_FILE: setting(z.string().optional(), {
    help: "Who signed Kafka's certificates. Unset: those that Node trusts.",
    expected: "a file with certificates in PEM",
  }),
  KAFKA_TLS_CERT_FILE: setting(z.string().optional(), {
    help: "A client certificate, when Kafka asks for one.",
    expected: "a file with a certificate in PEM",
  }),
  KAFKA_TLS_KEY_FILE: setting(z.string().optional(), {
    help: "The client certificate's key.",
    expected: "a file with a key in PEM",
  }),
  KAFKA_SASL_MECHANISM: setting(z.enum(["plain", "scram-sha-256", "scram-sha-512"]).optional(), {
    help: "How to log in to Kafka. Unset: not at all.",
    expected: "plain, scram-sha-256 or scram-sha-512",
  }),
  KAFKA_SASL_USERNAME: setting(z.string().optional(), {
    help: "The user of Kafka.",
    expected: "a name",
  }),
  KAFKA_SASL_PASSWORD: setting(z.string().optional(), {
    help: "The user's password.",
    expected: "a password",
    secret: true,
  }),
};
