/** Reasons that lie with this installation, and those that only say how far a delivery is. */
import type { Reason } from "./reason.ts";

const NOTHING = {
  en: "Nothing to do: it goes on by itself.",
  de: "Nichts zu tun: Es geht von selbst weiter.",
};
const TELL_OPERATOR = {
  en: "It is tried again by itself. If it goes on, tell whoever runs this installation.",
  de: "Es wird von selbst erneut versucht. Hält es an, sag dem Betreiber dieser Installation Bescheid.",
};

export const OWN_REASONS = {
  waiting: {
    whose: "ours",
    title: { en: "Waiting", de: "Wartet" },
    sentence: { en: "It waits for its turn.", de: "Sie wartet, bis sie an der Reihe ist." },
    fix: NOTHING,
    ownWords: true,
  },
  behind: {
    whose: "ours",
    title: { en: "Waiting for an earlier one", de: "Wartet auf eine frühere" },
    sentence: {
      en: "An earlier one about the same subject goes first.",
      de: "Zuerst kommt eine frühere zum selben Gegenstand.",
    },
    fix: NOTHING,
    ownWords: true,
  },
  settling: {
    whose: "ours",
    title: { en: "Waiting in case it is taken back", de: "Wartet ab" },
    sentence: {
      en: "It is sent {when}, unless the change is taken back before.",
      de: "Sie wird {when} gesendet, falls die Änderung bis dahin nicht zurückgenommen wird.",
    },
    fix: {
      en: "Nothing to do: it goes on by itself. Run it to have it sent now, cancel it to have it not sent at all.",
      de: "Nichts zu tun: Es geht von selbst weiter. Starte sie, wenn sie sofort hinaus soll; verwirf sie, wenn sie gar nicht hinaus soll.",
    },
    ownWords: true,
  },
  busy: {
    whose: "ours",
    title: { en: "Waiting for its turn", de: "Wartet, bis sie dran ist" },
    sentence: {
      en: "Another one for the same thing is on its way; two at a time could be made twice.",
      de: "Eine andere zur selben Sache ist unterwegs; zwei zugleich könnten doppelt ankommen.",
    },
    fix: NOTHING,
    ownWords: true,
  },
  sending: {
    whose: "ours",
    title: { en: "On its way", de: "Unterwegs" },
    sentence: { en: "It is being sent now.", de: "Sie wird gerade gesendet." },
    fix: NOTHING,
    ownWords: true,
  },
  aborted: {
    whose: "ours",
    title: { en: "Interrupted by us", de: "Von uns unterbrochen" },
    sentence: {
      en: "The attempt was stopped on our side.",
      de: "Der Versuch wurde auf unserer Seite abgebrochen.",
    },
    fix: NOTHING,
  },
  closed: {
    whose: "ours",
    title: { en: "Interrupted by us", de: "Von uns unterbrochen" },
    sentence: {
      en: "The attempt ended because our service was being restarted.",
      de: "Der Versuch endete, weil unser Dienst neu gestartet wurde.",
    },
    fix: NOTHING,
  },
  internal_error: {
    whose: "ours",
    title: { en: "Mistake of ours", de: "Fehler bei uns" },
    sentence: {
      en: "The attempt failed by a mistake in our program.",
      de: "Der Versuch scheiterte an einem Fehler in unserem Programm.",
    },
    fix: TELL_OPERATOR,
  },
  connector_error: {
    whose: "ours",
    title: { en: "Mistake in the connector", de: "Fehler im Konnektor" },
    sentence: {
      en: "The connector failed by a mistake of its own.",
      de: "Der Konnektor scheiterte an einem eigenen Fehler.",
    },
    fix: TELL_OPERATOR,
  },
  looking: {
    whose: "ours",
    title: { en: "Unknown whether it arrived", de: "Unklar, ob angekommen" },
    sentence: {
      en: "Nobody knows yet whether it arrived; that is settled before anything is sent again.",
      de: "Noch ist unklar, ob sie angekommen ist; das wird geklärt, bevor noch einmal etwas gesendet wird.",
    },
    fix: NOTHING,
    ownWords: true,
  },
  absent: {
    whose: "ours",
    title: { en: "Looked for and not there", de: "Gesucht und nicht gefunden" },
    sentence: {
      en: "It was looked for at the target and is not there, so it is sent again.",
      de: "Sie wurde beim Empfänger gesucht und ist nicht da, deshalb wird sie noch einmal gesendet.",
    },
    fix: NOTHING,
    ownWords: true,
  },
  found: {
    whose: "ours",
    title: { en: "Found at the target", de: "Beim Empfänger gefunden" },
    sentence: {
      en: "Its answer was lost, and looking at the target showed that it had arrived: {detail}",
      de: "Die Antwort ging verloren; ein Blick zum Empfänger zeigte, dass sie angekommen war: {detail}",
    },
    fix: NOTHING,
    ownWords: true,
  },
  event_gone: {
    whose: "ours",
    title: { en: "Event deleted", de: "Ereignis gelöscht" },
    sentence: {
      en: "Its event was deleted at the end of its retention before it could be sent.",
      de: "Das Ereignis wurde nach Ablauf der Aufbewahrung gelöscht, bevor es gesendet werden konnte.",
    },
    fix: {
      en: "It cannot be sent again. A longer retention is a setting of this installation.",
      de: "Noch einmal senden geht nicht. Eine längere Aufbewahrung stellt der Betreiber dieser Installation ein.",
    },
    ownWords: true,
  },
  expired: {
    whose: "ours",
    title: { en: "Not delivered in time", de: "Nicht rechtzeitig zugestellt" },
    sentence: {
      en: "It still waited when its event reached the end of its retention.",
      de: "Sie wartete noch, als die Aufbewahrung ihres Ereignisses endete.",
    },
    fix: {
      en: "While the event is still kept it can be sent again; resume or mend its target first.",
      de: "Solange das Ereignis noch da ist, kann sie erneut gesendet werden; bring vorher ihr Ziel in Ordnung.",
    },
    ownWords: true,
  },
} as const satisfies Record<string, Reason>;
