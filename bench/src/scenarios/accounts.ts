/** Further accounts, each with a source and a subscription: over the API, so that secrets and tokens are sealed as always. */
import { makeSource, subscribe, type Api } from "../systems/call-api.ts";
import { SENT_TYPE } from "../systems/set-up-account.ts";
import type { Stage } from "./scenario.ts";

const AT_ONCE = 16;

export interface MadeAccount {
  readonly hookUrl: string;
  readonly subscriptionId: string;
}

export async function makeAccounts(
  { instruments }: Stage,
  api: Api,
  apiUrl: string,
  count: number,
): Promise<readonly MadeAccount[]> {
  const made: MadeAccount[] = [];
  let next = 0;
  async function makeSome(): Promise<void> {
    while (next < count) {
      const number = ++next;
      const { id } = await api.post<{ id: string }>("/v1/accounts", { name: `Agency ${number}` });
      const own = api.in(id);
      const hookUrl = await makeSource(own, apiUrl);
      const { id: subscriptionId } = await subscribe(own, {
        name: "First",
        eventType: SENT_TYPE,
        url: instruments.targetUrl(0),
      });
      made.push({ hookUrl, subscriptionId });
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, makeSome));
  return made;
}
