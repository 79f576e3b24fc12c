/** What the first start says: where it runs, the key, and commands that can be pasted. */

export interface Welcome {
  readonly url: string;
  /** Undefined when the operator chose it, or an earlier start that failed has shown it. */
  readonly apiKey: string | undefined;
  readonly hookUrl: string;
  readonly inboxUrl: string;
  /** The platform's sample event, as a path from where the command was typed. */
  readonly samplePath: string;
}

export function welcome({ url, apiKey, hookUrl, inboxUrl, samplePath }: Welcome): string {
  const key = apiKey ?? "$STELLWERK_API_KEY";
  const subscription = JSON.stringify({
    name: "My webhook",
    eventTypes: ["*"],
    action: "webhook.send",
    connection: { connector: "webhook", settings: { url: "https://example.com/hook" } },
  });
  const keyLines =
    apiKey === undefined
      ? "the one in STELLWERK_API_KEY, or the one that an earlier start has shown"
      : `${apiKey}   (shown only this once: keep it)`;
  return `
  Stellwerk runs at ${url}

  API key    ${keyLines}
  Hook URL   ${hookUrl}   (paste it into Sitejet; its events land in an inbox)

  1. Send the platform's own sample event:

curl -X POST -H 'content-type: application/json' --data-binary @${samplePath} ${hookUrl}

  2. See it in the inbox, byte for byte:

curl -H "authorization: Bearer ${key}" ${inboxUrl}

  3. Deliver every event to an address of yours (on this machine only if started with STELLWERK_ALLOW_ADDRESSES=127.0.0.0/8,::1):

curl -X POST -H "authorization: Bearer ${key}" -H 'content-type: application/json' ${url}/v1/subscriptions -d '${subscription}'

`;
}
