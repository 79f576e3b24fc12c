/** Every route there is. The ingress comes first: express looks from the top, and that is the hot path. */
import { accountRoutes } from "./accounts/routes.ts";
import { connectionRoutes } from "./connections/routes.ts";
import { connectorRoutes } from "./connectors/routes.ts";
import { deliveryRoutes } from "./deliveries/routes.ts";
import { eventTypeRoutes } from "./events/event-types.ts";
import { eventRoutes } from "./events/routes.ts";
import { healthRoutes } from "./health/routes.ts";
import { metricsRoute } from "./health/metrics-route.ts";
import type { AnyRoute } from "./http/register-routes.ts";
import { hookRoute } from "./ingress/hooks.ts";
import { publishEventsRoute } from "./ingress/publish-events.ts";
import { keyRoutes } from "./keys/routes.ts";
import { descriptionRoutes } from "./openapi/routes.ts";
import { sourceRoutes } from "./sources/routes.ts";
import { subscriptionRoutes } from "./subscriptions/routes.ts";

export const routes: readonly AnyRoute[] = [
  hookRoute,
  publishEventsRoute,
  ...healthRoutes,
  metricsRoute,
  ...descriptionRoutes(() => routes),
  ...eventRoutes,
  ...eventTypeRoutes,
  ...sourceRoutes,
  ...connectorRoutes,
  ...connectionRoutes,
  ...subscriptionRoutes,
  ...deliveryRoutes,
  ...keyRoutes,
  ...accountRoutes,
];
