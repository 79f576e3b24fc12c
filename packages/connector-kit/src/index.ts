export type { AttemptOptions, AttemptResult, PerformAttempt, ReplyRecord, RequestRecord } from "./attempt.ts";
export type {
  Action,
  Authorisation,
  AuthoriseEnv,
  Connection,
  Connector,
  DeliverContext,
  Hosts,
  PlanEnv,
  Sample,
} from "./connector.ts";
export { connectorEvent } from "./event.ts";
export type { ConnectorEvent, ConnectorEventFields } from "./event.ts";
export type {
  Exchange,
  Failure,
  FailureReason,
  HttpClient,
  Reply,
  RequestOptions,
  RequestPlan,
} from "./exchange.ts";
export type { Outcome, OutcomeKind, Text } from "./outcome.ts";
export type { Parsed, Problem } from "./problem.ts";
export { key, natural, never, probe } from "./repeat.ts";
export type { InDoubt, Repeat } from "./repeat.ts";
