/** What is wrong with settings, secrets or an input: one entry per field, all at once. */

export interface Problem {
  /** `settings.url` */
  readonly path: string;
  readonly message: string;
  readonly expected: string;
  /** Never the value of a secret. */
  readonly received: string;
  readonly fix?: string | undefined;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };
