/** The sentence of each operations event, in both languages. Pure text: times are shown as they came. */
import type { LocalisedText } from "../types/described.ts";

/** What a sentence may speak of. */
export interface MessageParts {
  readonly name: string;
  readonly detail: string;
  readonly since?: string | undefined;
  readonly nextProbeAt?: string | undefined;
  readonly stopsAt?: string | undefined;
}

const because = (detail: string) => (detail === "" ? "." : `: ${detail}`);

export const deliveryFailingMessage = ({ name, detail }: MessageParts): LocalisedText => ({
  en: `A delivery of “${name}” has failed four times and is tried again${because(detail)}`,
  de: `Eine Zustellung von „${name}“ ist viermal gescheitert und wird weiter versucht${because(detail)}`,
});

export const deliveryExhaustedMessage = ({ name, detail }: MessageParts): LocalisedText => ({
  en: `A delivery of “${name}” has failed for the last time and is not tried again${because(detail)}`,
  de: `Eine Zustellung von „${name}“ ist endgültig gescheitert und wird nicht mehr versucht${because(detail)}`,
});

export const deliveryHeldMessage = ({ name, detail }: MessageParts): LocalisedText => ({
  en: `A delivery of “${name}” waits for a person${because(detail)}`,
  de: `Eine Zustellung von „${name}“ wartet auf einen Menschen${because(detail)}`,
});

export const deliveryExpiredMessage = ({ name, detail }: MessageParts): LocalisedText => ({
  en: `A delivery of “${name}” waited longer than its event is kept, and was not sent${because(detail)}`,
  de: `Eine Zustellung von „${name}“ hat länger gewartet, als ihr Event aufbewahrt wird, und wurde nicht gesendet${because(detail)}`,
});

export const subscriptionFailingMessage = ({
  name,
  detail,
  since,
  stopsAt,
}: MessageParts): LocalisedText => ({
  en: `Nothing of “${name}” has come through${since ? ` since ${since}` : ""}${stopsAt ? `; it will be stopped at ${stopsAt}` : ""}${because(detail)}`,
  de: `Von „${name}“ kommt${since ? ` seit ${since}` : ""} nichts mehr durch${stopsAt ? `; gestoppt wird am ${stopsAt}` : ""}${because(detail)}`,
});

export const subscriptionStoppedMessage = ({ name, detail }: MessageParts): LocalisedText => ({
  en: `“${name}” was stopped, and its deliveries wait${because(detail)}`,
  de: `„${name}“ wurde gestoppt, die Zustellungen warten${because(detail)}`,
});

export const breakerOpenedMessage = ({ name, detail, nextProbeAt }: MessageParts): LocalisedText => ({
  en: `The target of “${name}” keeps failing, so its deliveries wait${nextProbeAt ? ` until it is tried again at ${nextProbeAt}` : ""}${because(detail)}`,
  de: `Das Ziel von „${name}“ versagt immer wieder, darum warten die Zustellungen${nextProbeAt ? ` bis zum nächsten Versuch am ${nextProbeAt}` : ""}${because(detail)}`,
});

export const breakerClosedMessage = ({ name }: MessageParts): LocalisedText => ({
  en: `The target of “${name}” works again; what waited is being sent.`,
  de: `Das Ziel von „${name}“ funktioniert wieder; was wartete, wird gesendet.`,
});

export const sourceSilentMessage = ({ name, detail, since }: MessageParts): LocalisedText => ({
  en: `Nothing has come from “${name}”${since ? ` since ${since}` : ""}, which is much longer than usual${because(detail)}`,
  de: `Von „${name}“ kommt${since ? ` seit ${since}` : ""} nichts mehr, viel länger als üblich${because(detail)}`,
});

export const connectionBrokenMessage = ({ name, detail }: MessageParts): LocalisedText => ({
  en: `The connection “${name}” no longer works, and its deliveries wait${because(detail)}`,
  de: `Die Verbindung „${name}“ funktioniert nicht mehr, die Zustellungen warten${because(detail)}`,
});
