/** What holds for every call. Paragraphs, lists and `code`: what the page and the guide can show. */
export const INTRODUCTION = `Events come in at hook URLs and from platforms with an API key; subscriptions say which of them lead to which action.

- \`Authorization: Bearer <api key>\`. A key has scopes of one account, \`publish\`, \`read\` and \`manage\` (which may also read), or \`admin\` of the installation; an admin key names the account it works in with \`Stellwerk-Account: acc_…\`, and means the first one without.
- Names are camelCase, times RFC 3339 in UTC, ids prefixed and sortable by time.
- Errors are \`application/problem+json\`: \`type\`, \`title\`, \`status\`, \`detail\`, \`requestId\` and \`errors\` with all problems of the request, the first hundred if there are more. \`429\` and \`503\` carry \`Retry-After\`: wait as long, and send the same again.
- Lists are \`{ items, next }\`, newest first. \`?limit=\` up to 200; \`next\` is the \`?cursor=\` of the next page, null on the last.
- \`Idempotency-Key\`: the same key with the same body gets the first answer's object for 24 hours; with another body, \`409\`.
- What can be changed answers with an \`ETag\`. Sent back as \`If-Match\`, a change that would undo somebody else's is \`412\`.
- Sentences for people (\`sentence\`, \`fix\`) are in English, or in German with \`Accept-Language: de\`.
- A body has at most 1 MiB.`;
