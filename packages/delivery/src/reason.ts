/** What a reason code says to people. Placeholders: `{status} {host} {when} {detail}`. */

/** Everything people read is there in both languages. */
export interface Bilingual {
  readonly en: string;
  readonly de: string;
}

/** Who can do something about it: the account itself, whoever runs the target, or whoever runs this installation. */
export type Whose = "yours" | "receiver" | "ours";

export interface Reason {
  readonly whose: Whose;
  readonly title: Bilingual;
  /** In English the detail that was recorded stands in its place, unless it says better itself, or has a place for it. */
  readonly sentence: Bilingual;
  readonly fix: Bilingual;
  /** The detail is for those who operate. */
  readonly ownWords?: boolean;
}
