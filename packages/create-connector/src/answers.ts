/** What has to be known of a connector before its first line is written. */

export const AUTH_KINDS = {
  none: "open to everybody",
  "api-key": "a key that somebody copies out of the vendor's settings",
  oauth2: "OAuth 2, somebody agrees on the vendor's page",
  "client-credentials": "OAuth 2, an app of one's own",
  "jwt-bearer": "OAuth 2, an app that signs with a key",
} as const;

export type AuthKind = keyof typeof AUTH_KINDS;

export interface Answers {
  /** Stable for ever: `campaign-monitor`. */
  readonly id: string;
  /** As the vendor writes itself: `Campaign Monitor`. */
  readonly title: string;
  readonly auth: AuthKind;
  /** The first action: `add_subscriber`. */
  readonly action: string;
}

export interface Question {
  readonly name: keyof Answers;
  readonly asks: string;
  /** Taken when nothing is typed. */
  readonly proposal: (before: Partial<Answers>) => string;
  /** What is wrong with it; undefined when it is fine. */
  readonly problem: (answer: string) => string | undefined;
}

export const QUESTIONS: readonly Question[] = [
  {
    name: "id",
    asks: "Id, stable for ever (lower case with hyphens)",
    proposal: () => "",
    problem: (id) =>
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) && id.length <= 40
        ? undefined
        : `an id is lower case with hyphens, for example "campaign-monitor"; got "${id}"`,
  },
  {
    name: "title",
    asks: "Title, as the vendor writes itself",
    proposal: ({ id = "" }) => capitalised(id, "-"),
    problem: (title) =>
      /^[\p{L}\p{N}][\p{L}\p{N} .,&'+-]{0,39}$/u.test(title)
        ? undefined
        : `a title is at most 40 letters, digits and simple signs, for example "Campaign Monitor"; got "${title}"`,
  },
  {
    name: "auth",
    asks: `How it proves who it is (${Object.keys(AUTH_KINDS).join(", ")})`,
    proposal: () => "api-key",
    problem: (auth) =>
      isAuthKind(auth) ? undefined : `it is one of ${Object.keys(AUTH_KINDS).join(", ")}; got "${auth}"`,
  },
  {
    name: "action",
    asks: "First action (lower case with underscores)",
    proposal: () => "add_item",
    problem: (action) =>
      /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(action) && action.length <= 40
        ? undefined
        : `an action is lower case with underscores, for example "post_message"; got "${action}"`,
  },
];

function isAuthKind(text: string): text is AuthKind {
  return Object.hasOwn(AUTH_KINDS, text);
}

/** @example capitalised("campaign-monitor", "-") // "Campaign Monitor" */
function capitalised(text: string, separator: string): string {
  return text
    .split(separator)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}

/** @example camelCase("campaign-monitor", "-") // "campaignMonitor" */
export function camelCase(text: string, separator: string): string {
  const words = capitalised(text, separator).replaceAll(" ", "");
  return words.charAt(0).toLowerCase() + words.slice(1);
}
