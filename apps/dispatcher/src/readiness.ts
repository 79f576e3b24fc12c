/** Whether the dispatcher can work right now: what `/readyz` of its own port answers. */
import type { EventBus } from "@stellwerk/bus";
import type { Database } from "@stellwerk/store";

/** Longer than a healthy answer takes, shorter than a probe waits. */
const CHECK_TIMEOUT_MS = 2_000;

export async function readReadiness(
  db: Pick<Database, "query">,
  bus: Pick<EventBus, "ping">,
): Promise<Readonly<Record<"database" | "bus", boolean>>> {
  const [database, busWorks] = await Promise.all([
    works(() => db.query("SELECT 1")),
    works(() => bus.ping()),
  ]);
  return { database, bus: busWorks };
}

async function works(ask: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS);
  });
  const asked = ask().then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
