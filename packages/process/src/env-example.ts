/** `.env.example`, for docker compose: its own variables, then every setting it does not fix itself. */
import { describeSettings } from "./settings.ts";
import { stellwerkSettings } from "./stellwerk-settings.ts";

/** Read by docker-compose.yml alone, or asked for there. */
const COMPOSE = `# For docker compose, which reads it by itself: \`cp .env.example .env\`. Keep it to yourself: it holds secrets.
# \`npm start\` and a service of your own read no file; there, set environment variables.

# openssl rand -hex 24
POSTGRES_PASSWORD=

# openssl rand -base64 32
STELLWERK_SECRET_KEY=

# openssl rand -hex 24
STELLWERK_API_KEY=

# Ports on this machine: the HTTP API, PostgreSQL, Kafka (two more with docker-compose.kafka-cluster.yml).
# STELLWERK_PORT=8080
# STELLWERK_POSTGRES_PORT=5432
# STELLWERK_KAFKA_PORT=9094
# STELLWERK_KAFKA_PORT_2=9095
# STELLWERK_KAFKA_PORT_3=9096
# And of the profile \`observability\`: Prometheus, Grafana.
# STELLWERK_PROMETHEUS_PORT=9090
# STELLWERK_GRAFANA_PORT=3000`;

/** Set by docker-compose.yml, whatever stands in .env; or of `npm start` only. */
const FIXED = new Set([
  "PORT",
  "HOST",
  "DATABASE_URL",
  "STELLWERK_SECRET_KEY",
  "STELLWERK_API_KEY",
  "STELLWERK_DATA_DIR",
  "STELLWERK_BUS",
  "STELLWERK_GRACE_SECONDS",
  "KAFKA_BROKERS",
  "STELLWERK_METRICS_PORT",
  "STELLWERK_METRICS_HOST",
]);

export function envExample(): string {
  const settings = describeSettings(stellwerkSettings)
    .filter(({ name }) => !FIXED.has(name))
    .map(
      ({ name, default: fallback, text }) =>
        `# ${text.help}\n# Accepts ${text.expected}.\n# ${name}=${fallback}`,
    );
  return `${[COMPOSE, ...settings].join("\n\n")}\n`;
}
