/** A rule that is ready to use: what remains to be said are its parameters. */
import type { z } from "zod";
import type { Text } from "./outcome.ts";
import type { Parsed } from "./problem.ts";
import { parseAs } from "./parse.ts";

/** Plain data, or data that follows from the parameters. */
export type ByParameters<Parameters, Value> = Value | { of(parameters: Parameters): Value }["of"];

export interface Preset<Parameters = unknown> {
  /** Stable for ever: `done_to_channel`. */
  readonly id: string;
  readonly title: Text;
  readonly summary: Text;
  /** What is asked when it is applied. An object; every field has its texts, as in an input. */
  readonly parameters: z.ZodType<Parameters>;
  /** Parameters that work: for the documentation and the conformance suite. */
  readonly example: unknown;
  readonly eventTypes: readonly string[];
  /** A condition. */
  readonly when?: ByParameters<Parameters, Readonly<Record<string, unknown>>> | undefined;
  /** The name of one of the connector's actions. */
  readonly action: string;
  /** Values and mappings (`$path`, `$text`, `$map`). */
  readonly input: ByParameters<Parameters, Readonly<Record<string, unknown>>>;
  readonly order?: "none" | "subject" | undefined;
  /** Waits that long, and sends nothing when the change was taken back meanwhile: `{ for: "10m" }`. */
  readonly settle?: { readonly for: string } | undefined;
  readonly onRejected?: "skip" | "block" | undefined;
}

/**
 * Takes the types of `when` and `input` from the parameters.
 *
 * @example
 * definePreset({
 *   id: "done_to_channel",
 *   parameters: z.strictObject({ channel: z.string().meta(field({ … })) }),
 *   example: { channel: "C012" },
 *   eventTypes: ["website_status_changed"],
 *   when: { "website.status": { $eq: "Done" } },
 *   action: "post_message",
 *   input: ({ channel }) => ({ channel, text: { $text: "{{ website.title }} is done" } }),
 *   …
 * })
 */
export function definePreset<Parameters>(preset: Preset<Parameters>): Preset {
  return preset;
}

/** What a subscription needs beside its connection. */
export interface PresetRule {
  readonly eventTypes: readonly string[];
  readonly when?: Readonly<Record<string, unknown>>;
  /** As a subscription names it: `slack.post_message`. */
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly order?: "none" | "subject";
  readonly settle?: { readonly for: string };
  readonly onRejected?: "skip" | "block";
}

/** @example const rule = applyPreset(connector, preset, { channel: "C012" }) */
export function applyPreset(
  connector: { readonly id: string },
  preset: Preset,
  parameters: unknown,
): Parsed<PresetRule> {
  const parsed = parseAs(preset.parameters, parameters, "parameters", "shown");
  if (!parsed.ok) return parsed;
  const { eventTypes, order, settle, onRejected } = preset;
  const when = preset.when === undefined ? undefined : resolve(preset.when, parsed.value);
  return {
    ok: true,
    value: {
      eventTypes,
      ...(when === undefined ? {} : { when }),
      action: `${connector.id}.${preset.action}`,
      input: resolve(preset.input, parsed.value),
      ...(order === undefined ? {} : { order }),
      ...(settle === undefined ? {} : { settle }),
      ...(onRejected === undefined ? {} : { onRejected }),
    },
  };
}

function resolve<Value>(given: ByParameters<unknown, Value>, parameters: unknown): Value {
  // A plain value is never a function: it goes into a subscription as JSON.
  return typeof given === "function" ? (given as (all: unknown) => Value)(parameters) : given;
}
