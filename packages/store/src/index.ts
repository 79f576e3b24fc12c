export { openDatabase } from "./database.ts";
export type { Database, DatabaseOptions, Queryable, Transactional, Who } from "./database.ts";
export { startEmbeddedPostgres } from "./embedded-postgres/start.ts";
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from "./embedded-postgres/start.ts";
export {
  DataFromOtherPostgresError,
  EmbeddedPostgresUnavailableError,
  MigrationChangedError,
  PostgresTooOldError,
  SchemaTooNewError,
  SealedValueError,
  SecretKeyError,
  StoreError,
  StoreUnavailableError,
} from "./errors.ts";
export type { Listener } from "./listener.ts";
export { migrate } from "./migrate.ts";
export type { MigrateOptions } from "./migrate.ts";
export { createSealer } from "./sealer.ts";
export type { Sealer, SealerOptions } from "./sealer.ts";
export {
  loadOrMakeSecretKey,
  loadPreviousSecretKey,
  readOtherSecretKeys,
  readSecretKey,
} from "./secret-key.ts";
export type { SecretKey } from "./secret-key.ts";
export { sqlFile } from "./sql-file.ts";
export type { Statement } from "./sql-file.ts";
export { findAccount, firstAccount, insertAccount, listAccounts, raiseRevision } from "./accounts.ts";
export type { AccountRow } from "./accounts.ts";
export { findApiKey, findApiKeyByHash, insertApiKey, listApiKeys, revokeApiKey } from "./api-keys.ts";
export type { ApiKeyRow, KeyAccess, NewApiKey, Revocation, Scope } from "./api-keys.ts";
export {
  deleteConnection,
  findConnection,
  findSigningConnection,
  insertConnection,
  listConnections,
  listInbox,
  subscriptionsUsingConnection,
  updateConnection,
} from "./connections.ts";
export type { ConnectionRow, InboxItem, NewConnection, SigningConnectionRow } from "./connections.ts";
export { loadExportedDeliveries } from "./delivery-export.ts";
export type { ExportedDelivery } from "./delivery-export.ts";
export { findDelivery, listAttempts, listDeliveries, loadDeliveries } from "./delivery-log.ts";
export type { AttemptRow, DeliveryFilter, DeliveryRow, DeliveryState, WaitsFor } from "./delivery-log.ts";
export { eventTypeWasSeen, findEvent, findEventBody, listEvents, recentEventsOfTypes } from "./event-log.ts";
export type { EventFilter, EventRow, FoundEvent } from "./event-log.ts";
export {
  claimIdempotencyKeys,
  findIdempotentAnswer,
  forgetExpiredIdempotencyKeys,
  hashForIdempotency,
  keepIdempotentAnswer,
} from "./idempotency.ts";
export type { ClaimResult, IdempotencyClaim } from "./idempotency.ts";
export { loadInstallation, prepareInstallation } from "./installation.ts";
export type { Installation, PrepareOptions } from "./installation.ts";
export { findRuleSource, ruleContextOf } from "./rule-context.ts";
export { endTrials, insertTriedEvent, makeTrial } from "./tries.ts";
export type { TriedEvent } from "./tries.ts";
export { latestDeliveriesOfEvent, listRulesAt } from "./rules-at.ts";
export type { RuleAt } from "./rules-at.ts";
export { countSealed, resealAll } from "./reseal.ts";
export type { ResealProgress, SealedCount, SealedPlace } from "./reseal.ts";
export { ACCESS_CHANNEL, CONFIG_CHANNEL, notify, OWNERSHIP_CHANNEL, QUEUE_CHANNEL } from "./notify.ts";
export type { Page } from "./page.ts";
export { keepRejectedBodies, listRejectedBodies } from "./rejected-bodies.ts";
export type { NewRejectedBody, RejectedBody } from "./rejected-bodies.ts";
export {
  findDeliveryRule,
  findResendable,
  lockResends,
  requestDelivery,
  resendDeliveries,
} from "./resend.ts";
export type { DeliveryRule, RequestedDelivery, ResendFilter, ResendOptions } from "./resend.ts";
export { releaseHeld, resolveDelivery } from "./resolve.ts";
export type { Resolution } from "./resolve.ts";
export { cancelDelivery, runDelivery } from "./waiting.ts";
export type { WaitingDelivery } from "./waiting.ts";
export { connectionSecretsContext, sourceTokenContext } from "./sealing-contexts.ts";
export { hashSecret, makeSecret } from "./secret-hash.ts";
export {
  accountHasHadSource,
  deleteSource,
  findOldestApiSource,
  findSource,
  findSourceByTokenHash,
  findSourceKeyHolder,
  insertSource,
  listSources,
  rotateSourceToken,
  updateSource,
} from "./sources.ts";
export type { NewSource, SourceAccess, SourceKind, SourceRow } from "./sources.ts";
export {
  countWaitingDeliveries,
  deleteSubscription,
  findSubscription,
  insertSubscription,
  listSubscriptions,
  updateSubscription,
} from "./subscriptions.ts";
export type { SubscriptionRow, SubscriptionRule } from "./subscriptions.ts";
export {
  holdConnection,
  holdSubscription,
  resumeConnection,
  resumeMendedSubscriptions,
  resumeSubscription,
} from "./target-controls.ts";
export type { Pause } from "./target-controls.ts";
export { waitForDatabase } from "./wait-for-database.ts";
export type { WaitOptions } from "./wait-for-database.ts";
export {
  claimDueDeliveries,
  nextDueOfLanes,
  oldestQueuedAt,
  releaseClaims,
  releaseUnknownClaims,
  waitingLanes,
} from "./claims.ts";
export type { ClaimedDelivery, LaneRoom, WaitingLane } from "./claims.ts";
export { loadConfiguration, loadSubscriptionVersion } from "./configuration.ts";
export type {
  AccountConfiguration,
  CatchUp,
  CatchUpMode,
  ConfiguredConnection,
  OnRejected,
  ConfiguredRule,
  ConfiguredSource,
  ConfiguredSubscription,
} from "./configuration.ts";
export { finishCatchUp, skipBacklog } from "./catch-up.ts";
export type { BacklogLane, SkipBacklogOptions } from "./catch-up.ts";
export { expireDeliveries } from "./expiry.ts";
export type { ExpiredDeliveries, ExpireOptions } from "./expiry.ts";
export { deleteOperations, insertOperations, listOperations } from "./operations.ts";
export type { OperationsEvent } from "./operations.ts";
export { pauseTarget } from "./pauses.ts";
export type { TargetPause } from "./pauses.ts";
export { keepTargetHealth, loadTargetHealth } from "./target-health.ts";
export type { KeptTargetHealth, TargetHealth } from "./target-health.ts";
export { lockPartitions, promoteAndTell, promoteNext, promoteStranded } from "./order.ts";
export type { OrderedSubject, Promoted } from "./order.ts";
export { recordOutcomes } from "./outcomes.ts";
export type { AttemptRecord, DeliveryOutcome } from "./outcomes.ts";
export { markStarted } from "./starts.ts";
export type { StartMark } from "./starts.ts";
export {
  acquirePartitions,
  forgetDispatcher,
  heartbeat,
  readOwnership,
  registerDispatcher,
  releasePartitions,
  takePartitions,
  wishPartitions,
} from "./ownership.ts";
export type {
  AcquiredPartition,
  DispatcherProcess,
  OwnedPartition,
  ReleasedPartition,
  SeenDispatcher,
  SeenOwnership,
  SeenPartition,
  Takeover,
} from "./ownership.ts";
export { insertRoutedEvents, lockRouting, routedOffset, routedOffsets } from "./routing.ts";
export type {
  RoutedDelivery,
  RoutedEvent,
  RoutedPartition,
  RoutedPlace,
  RoutedRows,
  RoutingLock,
  RoutingScope,
} from "./routing.ts";
export { findStatusChanges, forgetSilentSubjects, keepHeard, KEPT_CHANGES } from "./subjects.ts";
export type {
  Gap,
  Heard,
  HeardChange,
  HeardSource,
  HeardSubject,
  KeyedStatus,
  StatusChange,
} from "./subjects.ts";
export { tellOfSilentSources } from "./silent-sources.ts";
export type { SilentSource } from "./silent-sources.ts";
export { prepareStore } from "./prepare-store.ts";
export type { PrepareStoreOptions } from "./prepare-store.ts";
export { dropExpiredTablePartitions, ensureTablePartitions } from "./table-partitions.ts";
export { enterAsDispatcher, openAccounts } from "./wall/open-accounts.ts";
export type { Accounts } from "./wall/open-accounts.ts";
export {
  forgetExpiredOAuthStates,
  keepOAuthState,
  openTokenStore,
  replaceConnectionToken,
  takeOAuthState,
} from "./connection-tokens.ts";
export type { StartedOAuth, TakenOAuth, TokenPlace } from "./connection-tokens.ts";
export { forgetUnusedRemembered, keepRemembered, loadRemembered } from "./remembered.ts";
export type { RememberedPlace, Remembering } from "./remembered.ts";
