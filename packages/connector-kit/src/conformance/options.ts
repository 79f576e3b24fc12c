/** What the suite needs to know of a connector's package: how it is connected, and how its vendor is played. */
import type { Choice } from "../field-choices.ts";
import type { OAuthToken } from "../oauth/token.ts";
import type { PresetRule } from "../preset.ts";
import type { Vendor, VendorReply } from "../testing/fake/vendor.ts";

/** What somebody would enter, and the token they would come back with. */
export interface PlayedConnection {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
  /** For `auth: oauth2(…)` with an authorisation code. */
  readonly token?: OAuthToken | undefined;
}

export interface PlayedVendor extends Vendor {
  /** What the vendor holds by now, one entry an effect. */
  effects(): readonly unknown[];
  /** Puts these where the action's `options` for this field look. */
  fillChoices?(field: string, choices: readonly Choice[]): void;
  /**
   * What `test` must tell apart, by name: `{ badToken() {…}, missingScope() {…} }`. Each is called on a new vendor and
   * breaks it.
   */
  readonly troubles?: Readonly<Record<string, () => void>> | undefined;
}

/** What a connector may be unable to show, each with the reason why. */
export type Line =
  /** It sends no requests. */
  | "requests"
  /** It has no secrets. */
  | "secrets"
  /** No field has live choices. */
  | "options"
  /** It has no presets. */
  | "presets"
  /** Its connections cannot be tested. */
  | "test"
  /** Its vendor rejects nothing for good. */
  | "rejection"
  /** It reads every status its own way. */
  | "unknown_status"
  /** The vendor has no errors inside a 2xx. */
  | "unknown_code"
  /** Whatever a 2xx brings is success. */
  | "any_body"
  /** No action has an `output`. */
  | "output"
  /** It speaks English only. */
  | "german";

export interface ConformanceOptions {
  /** The package's folder, with README.md and package.json: `new URL("..", import.meta.url)`. */
  readonly folder: URL;
  /** The module that exports the connector; package.json's `exports` say it unless given. */
  readonly module?: URL | undefined;
  /**
   * A connection to the vendor at `url`; another `index` is somebody else's account. The same settings every time, because
   * plans are kept; secrets as long and as odd as real ones.
   */
  connection(url: string, index: number): PlayedConnection;
  /** A new vendor that knows this connection and no other. */
  fake(connection: PlayedConnection): PlayedVendor;
  /** The vendor refuses what is asked for, and what of its own words people must get to read. */
  readonly rejection?: { readonly reply: VendorReply; readonly says: string } | undefined;
  /** An error that nobody has heard of, inside a 2xx. */
  readonly unknownCode?: VendorReply | undefined;
  /** Applies a preset's rule to every sample event, and tells what went wrong. */
  tryRule?(rule: PresetRule): readonly string[] | Promise<readonly string[]>;
  /** What this connector cannot show, and why. The reasons are printed. */
  readonly without?: Partial<Readonly<Record<Line, string>>> | undefined;
}
