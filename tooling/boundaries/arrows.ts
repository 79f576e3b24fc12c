const SERVICE =
  "history store bus connectors connector-kit delivery rules events log process telemetry".split(" ");

/**
 * Who may import whom, of our own packages: the arrows of the architecture, one line a package.
 * `connector-*` stands for every connector, present and future. A package that is not here may import nothing
 * of ours until somebody has decided where it stands.
 */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  // The ground: nothing of ours below it.
  events: [],
  history: [],
  log: [],
  process: ["log"],
  telemetry: ["log"],

  // Pure: what an attempt is, what follows from it, which events match.
  "connector-kit": ["events"],
  rules: ["events"],
  delivery: ["connector-kit", "rules", "events"],

  // The world outside: a connector sees the kit alone, so that anybody can write one.
  "connector-*": ["connector-kit"],
  // Its template is a connector's source.
  "create-connector": ["connector-kit"],
  connectors: ["connector-*", "connector-kit"],
  bus: ["log", "process"],
  store: ["delivery", "rules", "connector-kit", "events", "log"],
  client: ["events"],
  "fake-vendors": ["events"],

  // Apps: everything below, never each other. Standalone is both in one process.
  api: SERVICE,
  dispatcher: SERVICE,
  console: ["client", "events", "rules"],
  standalone: ["api", "dispatcher", "history", "store", "bus", "connectors", "log", "process", "telemetry"],
};

/**
 * Tests and what only tests run may use these as well: a real database, a real broker, a log to read, the client of the
 * api, and what a connector's presets are tried with.
 */
export const ALSO_FOR_TESTS: readonly string[] = ["store", "log", "kafka-broker", "client", "delivery"];

/** Folders that look at the system from outside, through whatever door they like. */
export const OUTSIDERS: readonly string[] = ["tests/", "examples/", "bench", "tooling"];

/** What makes a bus. Only an app's main.ts decides which one; everybody else is given an `EventBus`. */
export const BUS_DRIVERS: readonly string[] = ["openBus", "createPostgresBus", "createKafkaBus"];

/** Past this a file has a second idea in it. Reported, not refused. */
export const MOST_LINES = 400;
