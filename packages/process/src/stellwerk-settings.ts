/**
 * Every environment variable of Stellwerk, described once; each app picks those it reads.
 * `docs/config.md` is made from this.
 */
import { isIP } from "node:net";
import { z } from "zod";
import { busSettings } from "./bus-settings.ts";
import { setting } from "./settings.ts";
import { metricsSettings, operationsServerSettings, tracingSettings } from "./telemetry-settings.ts";

const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

/** `10.0.0.0/8`, `2001:db8::1`. */
function isNetwork(text: string): boolean {
  const [address = "", prefix, ...more] = text.split("/");
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}

const networks = z
  .string()
  .transform((list) => list.split(",").map((each) => each.trim()))
  .refine((list) => list.every(isNetwork));

export const stellwerkSettings = {
  PORT: setting(wholeNumber.pipe(z.number().max(65_535)).default(8080), {
    help: "The port that the HTTP API and the hook URLs are served on; 0 takes any free one.",
    expected: "a port number from 0 to 65535",
  }),
  HOST: setting(z.string().default("127.0.0.1"), {
    help: "The address it listens on. `0.0.0.0` makes it reachable from other machines.",
    expected: "an IP address or host name of this machine",
  }),
  STELLWERK_PUBLIC_URL: setting(
    z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ""))
      .optional(),
    {
      help: "The address under which others reach it, for hook URLs and links. Unset: `http://HOST:PORT`.",
      expected: "a URL such as https://hooks.example.com",
    },
  ),
  STELLWERK_API_KEY: setting(z.string().max(256).optional(), {
    help: "The admin key. Unset: the first start makes one and prints it once.",
    expected: "at most 256 characters; `openssl rand -hex 24` makes good ones",
    secret: true,
  }),
  DATABASE_URL: setting(z.url({ protocol: /^postgres(ql)?$/ }), {
    help: "PostgreSQL 15 or newer. `npm start` brings its own when this is unset.",
    expected: "postgres://user:password@host:5432/database",
    secret: true,
  }),
  STELLWERK_SECRET_KEY: setting(z.string().min(1), {
    help: "Seals secrets at rest (AES-256-GCM). `npm start` makes one in the data directory when this is unset.",
    expected: "32 random bytes in base64 or hex; `openssl rand -base64 32` makes them",
    secret: true,
  }),
  STELLWERK_OTHER_SECRET_KEYS: setting(z.string().optional(), {
    help: "Keys that still open what they sealed, and seal nothing: the one before or the next one, while the key is rotated (docs/operate/secrets.md).",
    expected: "keys like STELLWERK_SECRET_KEY, several separated by commas",
    secret: true,
  }),
  STELLWERK_DATA_DIR: setting(z.string().default(".stellwerk"), {
    help: "Where `npm start` keeps its database and its secret key.",
    expected: "a folder that can be written",
  }),
  ...busSettings,
  STELLWERK_TRUSTED_PROXIES: setting(networks.optional(), {
    help: "The proxies in front of it: from these alone `X-Forwarded-For` is believed, and these alone may open any number of connections. Unset: none.",
    expected: "addresses and networks such as 10.0.0.0/8, several separated by commas",
  }),
  STELLWERK_RATE_PER_KEY: setting(wholeNumber.default(5_000), {
    help: "Requests a second that one API key may make, each event of a batch counted; 429 beyond. Two seconds' worth may come at once. 0: no limit. Counted by each api process for itself.",
    expected: "a whole number",
  }),
  STELLWERK_RATE_PER_TOKEN: setting(wholeNumber.default(5_000), {
    help: "The same for one hook URL.",
    expected: "a whole number",
  }),
  STELLWERK_MAX_CONNECTIONS: setting(wholeNumber.pipe(z.number().min(1)).default(5_000), {
    help: "Connections that clients may hold open at once; more are closed at once. Stay below the process's limit of open files.",
    expected: "a whole number from 1",
  }),
  STELLWERK_CONNECTIONS_PER_ADDRESS: setting(wholeNumber.pipe(z.number().min(1)).default(1_000), {
    help: "How many of them one client address may hold (of IPv6: one /64). Trusted proxies may hold all.",
    expected: "a whole number from 1",
  }),
  STELLWERK_PARTITIONS: setting(wholeNumber.pipe(z.number().min(1).max(1_024)).default(12), {
    help: "Shares of the bus and of the deliveries. Counts at the first start only; afterwards the stored number holds.",
    expected: "a whole number from 1 to 1024",
  }),
  STELLWERK_ALLOW_ADDRESSES: setting(networks.optional(), {
    help: "What may be sent to beside public addresses, on every port: a receiver in your own network, or on this machine with `127.0.0.0/8,::1`. The same for api and dispatcher (docs/operate/outgoing.md). Unset: nothing.",
    expected: "addresses and networks such as 10.1.0.0/16, several separated by commas",
  }),
  STELLWERK_CONNECTORS: setting(
    z
      .string()
      .transform((list) =>
        list
          .split(",")
          .map((name) => name.trim())
          .filter((name) => name !== ""),
      )
      .default([]),
    {
      help: "Connectors of others, loaded at start beside those that come with Stellwerk: installed packages. The same for api and dispatcher (docs/connectors/loading.md). Unset: none.",
      expected:
        "names of packages such as @acme/stellwerk-connector-x, or paths that begin with ./ or /, several separated by commas",
    },
  ),
  STELLWERK_CONNECTORS_DIR: setting(z.string().default("."), {
    help: "The folder they are installed in: the one that holds their `node_modules`.",
    expected: "a folder",
  }),
  STELLWERK_RETENTION_DAYS: setting(wholeNumber.pipe(z.number().min(1).max(3_650)).default(30), {
    help: "How long events, deliveries and attempts are kept. What waits for so long expires, and its account is told.",
    expected: "a whole number of days from 1 to 3650",
  }),
  STELLWERK_GRACE_SECONDS: setting(wholeNumber.pipe(z.number().min(1).max(300)).default(20), {
    help: "Longest wait for requests and attempts in flight when stopping. An attempt takes at most 15 s.",
    expected: "a whole number of seconds from 1 to 300",
  }),
  STELLWERK_START_TIMEOUT_SECONDS: setting(wholeNumber.pipe(z.number().max(3_600)).default(60), {
    help: "How long a start waits for the database and for Kafka.",
    expected: "a whole number of seconds up to 3600",
  }),
  STELLWERK_HISTORY_FILE: setting(z.string().optional(), {
    help: "A file to which everything that is done is appended, a line each, for `pnpm check-history`. It grows without end: for tests and benchmarks. Unset: none.",
    expected: "the path of a file that can be written",
  }),
  LOG_LEVEL: setting(z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"), {
    help: "How much is logged.",
    expected: "trace, debug, info, warn, error, fatal or silent",
  }),
  ...metricsSettings,
  ...operationsServerSettings,
  ...tracingSettings,
};
