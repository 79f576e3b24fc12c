/** The dispatcher's settings: the only reader of its environment. */
import {
  busSettings,
  metricsSettings,
  operationsServerSettings,
  readSettings,
  stellwerkSettings,
  tracingSettings,
} from "@stellwerk/process";

const { DATABASE_URL, STELLWERK_SECRET_KEY, STELLWERK_API_KEY, STELLWERK_PARTITIONS } = stellwerkSettings;
const {
  STELLWERK_ALLOW_ADDRESSES,
  STELLWERK_RETENTION_DAYS,
  STELLWERK_GRACE_SECONDS,
  STELLWERK_START_TIMEOUT_SECONDS,
  STELLWERK_HISTORY_FILE,
  LOG_LEVEL,
} = stellwerkSettings;
const { STELLWERK_OTHER_SECRET_KEYS, STELLWERK_CONNECTORS, STELLWERK_CONNECTORS_DIR } = stellwerkSettings;

export function readConfig() {
  return readSettings(
    {
      DATABASE_URL,
      STELLWERK_SECRET_KEY,
      STELLWERK_OTHER_SECRET_KEYS,
      STELLWERK_API_KEY,
      ...busSettings,
      STELLWERK_PARTITIONS,
      STELLWERK_ALLOW_ADDRESSES,
      STELLWERK_CONNECTORS,
      STELLWERK_CONNECTORS_DIR,
      STELLWERK_RETENTION_DAYS,
      STELLWERK_GRACE_SECONDS,
      STELLWERK_START_TIMEOUT_SECONDS,
      STELLWERK_HISTORY_FILE,
      LOG_LEVEL,
      ...metricsSettings,
      ...operationsServerSettings,
      ...tracingSettings,
    },
    process.env,
  );
}

/** Of the tool for the dead topic, which opens no secrets. */
export function readDeadTopicConfig() {
  return readSettings({ DATABASE_URL, ...busSettings }, process.env);
}
