/** What holds for every call. Paragraphs, lists and `code`: what the page and the guide can show. */
export const INTRODUCTION = `Events come in at hook URLs and from platforms with an API key; subscriptions say which of them lead to which action.

- \`Authorization: Bearer <api key>\`. A key has scopes of one account, \`publish\`, \`read\` and \`manage\` (which may also read), or \`admin\` of the installation; an admin key names the account it works in with \`Stellwerk-Account: acc_…\`, and means the first one without.
- Names are camelCase, times RFC 3339 in UTC, ids prefixed and sortable by time.
- Errors are \`application/problem+json\`: \`type\`, \`title\`, \`status\`, \`detail\`, \`requestId\` and \`errors\` with all problems of the request, the first hundred if there are more. \`429\` and \`503\` carry \`Retry-After\`: wait as long, and send the same again.
- Lists are \`{ items, next }\`, newest first. \`?limit=\` up to 200; \`next\` is the \`?cursor=\` of the next page, null on the last.
- \`Idempotency-Key\`: the same key with the same body gets the first answer's object for 24 hours; with another body, \`409\`.
- What can be changed answers with an \`ETag\`. Sent back as \`If-Match\`, a change that would undo somebody else's is \`412\`.
- Sentences for people (\`sentence\`, \`fix\`) are in English, or in German with \`Accept-Language: de\`.
- A rule's condition (\`when\`) and mappings (\`input\`) are written as \`docs/rules.md\` says, and checked when they are saved: mistakes are \`400\` with the nearest name that fits, doubts are \`warnings\` of the saved rule.
- Try a rule, saved or not, before it counts: \`…/preview\` says what would be sent and why or why not, \`…/test\` sends one for real. What was made for it is in no list of events; its delivery is in the log.
- Why something was sent or not: \`GET /v1/events/{id}\` answers for every subscription that there was when the event was matched.
- \`POST /v1/connections/{id}/test\` looks whether a connection works, check by check, each with its fix; one that Stellwerk stopped goes on when all are ok. \`…/options\` lists what the vendor has for a field; \`…/oauth/start\` answers where to send the browser of whoever connects an account. They ask the vendor, change nothing there, and take up to ten seconds.
- A body has at most 1 MiB.`;
