/** What every scenario begins with: a started installation, and its doors. */
import { openDatabase, type Database } from "@stellwerk/store";
import { callApi, subscribe, type Api } from "../systems/call-api.ts";
import { SENT_TYPE } from "../systems/set-up-account.ts";
import type { Installation, System } from "../systems/system.ts";
import type { Stage } from "./scenario.ts";

/** As short as they can be: a scenario lasts a minute, the usual schedule days. */
export const QUICK_RETRIES = { schedule: Array.from({ length: 20 }, (_, step) => (step < 5 ? "1s" : "3s")) };

export const CLOSED_LOOP = { inFlight: 256 };
export const WARM_UP = { seconds: 4, pace: CLOSED_LOOP };

export function doorsOf(system: System): Installation {
  if (system.installation === undefined) throw new Error(`${system.name} is no installation`);
  return system.installation;
}

/** So many webhook subscriptions to what is sent, target 0 and up; answers their ids. */
export async function subscribeTargets(api: Api, stage: Stage, from: number, to: number): Promise<string[]> {
  const ids: string[] = [];
  for (let target = from; target < to; target += 1) {
    const url = stage.instruments.targetUrl(target);
    const made = await subscribe(api, {
      name: `Target ${target}`,
      eventType: SENT_TYPE,
      url,
      retry: QUICK_RETRIES,
    });
    ids.push(made.id);
  }
  return ids;
}

export const apiOf = (system: System): Api => callApi(doorsOf(system));

/** As its owner, for bulk work: no time limit on a statement. */
export function openBulk(url: string): Database {
  return openDatabase({ url, applicationName: "stellwerk-bench", maxConnections: 4, statementTimeoutMs: 0 });
}
