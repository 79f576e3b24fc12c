export { webhook, WEBHOOK_DEADLINE_MS } from "./webhook.ts";
