/**
 * The Stellwerk HTTP API from TypeScript.
 *
 * @example
 * const stellwerk = createClient({ url: "https://hooks.example.com", apiKey: "sw_…" });
 * await stellwerk.events.publish({ type: "order_paid", data: { order: 17 } });
 */
export { type Client, createClient } from "./client.ts";
export type { ClientOptions, RequestOptions } from "./options.ts";
export { ConnectionError, type FieldProblem, type Problem, ProblemError } from "./errors.ts";
export type { List } from "./list.ts";
export type * from "./generated/api-types.ts";
