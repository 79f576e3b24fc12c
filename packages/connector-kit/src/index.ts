export type { AttemptOptions, AttemptResult, ReplyRecord, RequestRecord } from "./attempt.ts";
export { apiKey, none } from "./auth.ts";
export type { ApiKeyAuth, ApiKeyPlace, Auth, NoAuth } from "./auth.ts";
export type { Check, ConnectionTest } from "./connection-test.ts";
export { describeConnector } from "./describe-connector.ts";
export { describeIssue } from "./describe-issue.ts";
export { askedWait, classifyExchange, classifyFailure, unknownCode } from "./classify.ts";
export type {
  Action,
  AttemptFacts,
  Authorisation,
  AuthoriseEnv,
  CallContext,
  Connection,
  ConnectionLimits,
  Connector,
  DeliverContext,
  FieldChoices,
  Hosts,
  PlanEnv,
  ProbeContext,
  ReadContext,
  Sample,
  Upstream,
} from "./connector.ts";
export { defineAction, defineConnection, defineConnector, findAction } from "./define-connector.ts";
export type { FoundAction } from "./define-connector.ts";
export {
  ConnectorDefinitionError,
  ConnectorKitError,
  HostNotDeclaredError,
  ProbeNotReadOnlyError,
} from "./errors.ts";
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
export { field } from "./field.ts";
export type { Escape, FieldMeta, FieldText } from "./field.ts";
export type { Choice, ChoicesPage, ChoicesQuestion, ChoicesRefused } from "./field-choices.ts";
export { createHttpClient } from "./http-client.ts";
export type { HttpClientOptions } from "./http-client.ts";
export { inputFields } from "./input-fields.ts";
export type { InputFields } from "./input-fields.ts";
export {
  inputJsonSchema,
  parametersJsonSchema,
  secretsJsonSchema,
  settingsJsonSchema,
} from "./json-schema.ts";
export type { JsonSchema, Language } from "./json-schema.ts";
export { KIT_VERSION } from "./kit-version.ts";
export { MASK, maskQuery } from "./mask.ts";
export type { Outcome, OutcomeKind, Text } from "./outcome.ts";
export { parseConnection, parseInput } from "./parse.ts";
export type { ParseConnectionOptions, RawConnection } from "./parse.ts";
export { performAttempt } from "./perform-attempt.ts";
export { performOptions } from "./perform-options.ts";
export type { OptionsRequest, OptionsResult } from "./perform-options.ts";
export { performProbe } from "./perform-probe.ts";
export type { ProbeOptions, ProbeResult } from "./perform-probe.ts";
export type { Past, Probed } from "./probed.ts";
export { readJson } from "./read-json.ts";
export type { ReadOptions, Unread } from "./perform-read.ts";
export { performTest } from "./perform-test.ts";
export type { TestResult } from "./perform-test.ts";
export { applyPreset, definePreset } from "./preset.ts";
export type { ByParameters, Preset, PresetRule } from "./preset.ts";
export type { Parsed, Problem } from "./problem.ts";
export type { Network } from "./network.ts";
export { createTargetCheck } from "./target-check.ts";
export type { TargetCheck, TargetCheckOptions } from "./target-check.ts";
export { key, natural, never, probe } from "./repeat.ts";
export type { InDoubt, Repeat } from "./repeat.ts";
export { retryAfterMs } from "./retry-after.ts";
export type { PublicKey, Rotation, Signing, SigningFacts } from "./signing.ts";
export { createAccessTokens } from "./oauth/access-tokens.ts";
export type { Access, AccessTokens, AccessTokensOptions } from "./oauth/access-tokens.ts";
export { oauth2 } from "./oauth/auth-kind.ts";
export type {
  AuthorizationCode,
  ClientCredentials,
  JwtAssertion,
  JwtBearer,
  OAuth2,
  OAuthClient,
  OAuthEnv,
  OAuthUrl,
} from "./oauth/auth-kind.ts";
export { finishAuthorization, startAuthorization } from "./oauth/authorization-code.ts";
export type { StartedAuthorization } from "./oauth/authorization-code.ts";
export type { TokenFailure, TokenParts, TokenResult } from "./oauth/token-request.ts";
export type { OAuthToken, StoredToken, TokenStore } from "./oauth/token.ts";
export type { JsonValue, Remember, Remembered } from "./remember.ts";
export type { SdkFetch, SdkFetchInit } from "./sdk-fetch.ts";
