/** What an attempt means. Always recorded, never thrown. */

/** A sentence for people, in the languages we have. */
export interface Text {
  readonly en: string;
  readonly de?: string;
}

/**
 * The closed set of outcomes. `reason` is a stable code (`http_status`, `timeout`, …),
 * `detail` is one English sentence for the log, never holding a secret.
 */
export type Outcome =
  | {
      readonly kind: "delivered";
      readonly summary: Text;
      /** A link to the thing. */
      readonly ref?: string;
      /** What became of the thing; `unchanged`: it was so already. */
      readonly did?: "created" | "updated" | "unchanged";
      /** As the action's `output` describes it. */
      readonly output?: unknown;
    }
  | { readonly kind: "skipped"; readonly reason: string; readonly detail: string }
  | { readonly kind: "retry"; readonly reason: string; readonly detail: string; readonly afterMs?: number }
  | {
      readonly kind: "rate_limited";
      readonly reason: string;
      readonly detail: string;
      readonly afterMs: number;
      /**
       * Who has to wait; left out: what the action's `limitBy` says, and without that everything over this connection.
       */
      readonly scope?: "connection" | "subscription";
    }
  | {
      readonly kind: "auth";
      readonly reason: string;
      readonly detail: string;
      readonly step: "refresh" | "reconnect";
    }
  | {
      readonly kind: "rejected";
      readonly reason: string;
      readonly detail: string;
      /** The target wants nothing of this subscription any more, for good. */
      readonly stop?: "subscription";
    }
  | { readonly kind: "misconfigured"; readonly reason: string; readonly detail: string }
  | {
      readonly kind: "in_doubt";
      readonly reason: string;
      readonly detail: string;
      readonly afterMs?: number;
    };

export type OutcomeKind = Outcome["kind"];
