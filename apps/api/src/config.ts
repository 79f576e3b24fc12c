/** The api's settings: the only reader of its environment. */
import {
  busSettings,
  metricsSettings,
  readSettings,
  stellwerkSettings,
  tracingSettings,
} from "@stellwerk/process";

const { PORT, HOST, STELLWERK_PUBLIC_URL, STELLWERK_API_KEY, DATABASE_URL, STELLWERK_SECRET_KEY } =
  stellwerkSettings;
const { STELLWERK_TRUSTED_PROXIES, STELLWERK_RATE_PER_KEY, STELLWERK_RATE_PER_TOKEN } = stellwerkSettings;
const { STELLWERK_MAX_CONNECTIONS, STELLWERK_CONNECTIONS_PER_ADDRESS } = stellwerkSettings;
const { STELLWERK_OTHER_SECRET_KEYS, STELLWERK_CONNECTORS, STELLWERK_CONNECTORS_DIR } = stellwerkSettings;
const { STELLWERK_PARTITIONS, STELLWERK_ALLOW_ADDRESSES, STELLWERK_GRACE_SECONDS } = stellwerkSettings;
const { STELLWERK_START_TIMEOUT_SECONDS, STELLWERK_HISTORY_FILE, LOG_LEVEL } = stellwerkSettings;

/** Throws one SettingsError for everything that is wrong. */
export function readConfig() {
  return readSettings(
    {
      PORT,
      HOST,
      STELLWERK_PUBLIC_URL,
      STELLWERK_API_KEY,
      DATABASE_URL,
      STELLWERK_SECRET_KEY,
      STELLWERK_OTHER_SECRET_KEYS,
      STELLWERK_TRUSTED_PROXIES,
      STELLWERK_RATE_PER_KEY,
      STELLWERK_RATE_PER_TOKEN,
      STELLWERK_MAX_CONNECTIONS,
      STELLWERK_CONNECTIONS_PER_ADDRESS,
      ...busSettings,
      STELLWERK_PARTITIONS,
      STELLWERK_ALLOW_ADDRESSES,
      STELLWERK_CONNECTORS,
      STELLWERK_CONNECTORS_DIR,
      STELLWERK_GRACE_SECONDS,
      STELLWERK_START_TIMEOUT_SECONDS,
      STELLWERK_HISTORY_FILE,
      LOG_LEVEL,
      ...metricsSettings,
      ...tracingSettings,
    },
    process.env,
  );
}

/** Of the tool for sealed secrets. */
export function readSecretsConfig() {
  return readSettings({ DATABASE_URL, STELLWERK_SECRET_KEY, STELLWERK_OTHER_SECRET_KEYS }, process.env);
}
