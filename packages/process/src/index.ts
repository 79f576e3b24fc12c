export { busSettings } from "./bus-settings.ts";
export { isGone, ownIdentity } from "./process-identity.ts";
export type { ProcessIdentity } from "./process-identity.ts";
export { runService, StartError } from "./run-service.ts";
export type { Service, ServiceConfig, ServiceControl, ServiceOptions } from "./run-service.ts";
export { describeSettings, readSettings, setting, SettingsError } from "./settings.ts";
export type { SettingText } from "./settings.ts";
export { stellwerkSettings } from "./stellwerk-settings.ts";
export { metricsSettings, operationsServerSettings, tracingSettings } from "./telemetry-settings.ts";
