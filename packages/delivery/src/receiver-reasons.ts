/** Reasons that lie with the target: what it answered, or that it did not. */
import type { Reason } from "./reason.ts";

const TELL_THEM = {
  en: "It is tried again by itself. If it goes on, tell whoever runs the receiver.",
  de: "Es wird von selbst erneut versucht. Hält es an, sag dem Betreiber des Empfängers Bescheid.",
};

export const RECEIVER_REASONS = {
  http_status: {
    whose: "receiver",
    title: { en: "The receiver answered with an error", de: "Der Empfänger antwortete mit einem Fehler" },
    sentence: { en: "The receiver answered with {status}.", de: "Der Empfänger antwortete mit {status}." },
    fix: {
      en: "Look at the receiver's answer below the attempt; whoever runs it can mend it.",
      de: "Sieh dir die Antwort beim Versuch an; beheben kann es, wer den Empfänger betreibt.",
    },
  },
  timeout: {
    whose: "receiver",
    title: { en: "No answer in time", de: "Keine Antwort in der Zeit" },
    sentence: { en: "{host} did not answer in time.", de: "{host} hat nicht rechtzeitig geantwortet." },
    fix: {
      en: "The receiver should answer at once and work afterwards. If it goes on, tell whoever runs it.",
      de: "Der Empfänger sollte sofort antworten und danach arbeiten. Hält es an, sag seinem Betreiber Bescheid.",
    },
  },
  dns: {
    whose: "receiver",
    title: { en: "Address not found", de: "Adresse nicht gefunden" },
    sentence: { en: "The name {host} cannot be found.", de: "Der Name {host} ist nicht zu finden." },
    fix: {
      en: "Check the address for a typing mistake, and whether its domain still exists.",
      de: "Prüfe die Adresse auf Tippfehler, und ob es die Domain noch gibt.",
    },
  },
  refused: {
    whose: "receiver",
    title: { en: "Connection refused", de: "Verbindung abgelehnt" },
    sentence: { en: "{host} refused the connection.", de: "{host} hat die Verbindung abgelehnt." },
    fix: TELL_THEM,
  },
  unreachable: {
    whose: "receiver",
    title: { en: "Not reachable", de: "Nicht erreichbar" },
    sentence: { en: "{host} cannot be reached.", de: "{host} ist nicht erreichbar." },
    fix: TELL_THEM,
  },
  tls: {
    whose: "receiver",
    title: { en: "No secure connection", de: "Keine sichere Verbindung" },
    sentence: {
      en: "No secure connection to {host} could be made.",
      de: "Zu {host} kam keine sichere Verbindung zustande.",
    },
    fix: {
      en: "Its certificate may have run out; whoever runs the receiver can renew it.",
      de: "Vielleicht ist das Zertifikat abgelaufen; erneuern kann es der Betreiber des Empfängers.",
    },
  },
  reset: {
    whose: "receiver",
    title: { en: "Connection cut", de: "Verbindung abgebrochen" },
    sentence: {
      en: "{host} closed the connection without a complete answer.",
      de: "{host} hat die Verbindung ohne vollständige Antwort beendet.",
    },
    fix: TELL_THEM,
  },
  token_unavailable: {
    whose: "receiver",
    title: { en: "No access token", de: "Kein Zugriffstoken" },
    sentence: {
      en: "The vendor gave out no access token, so nothing was sent. {detail}",
      de: "Der Anbieter hat kein Zugriffstoken ausgestellt, deshalb wurde nichts gesendet. {detail}",
    },
    fix: TELL_THEM,
  },
  bad_reply: {
    whose: "receiver",
    title: { en: "Answer not understood", de: "Antwort nicht verständlich" },
    sentence: {
      en: "{host} answered something that is not valid HTTP.",
      de: "{host} hat etwas geantwortet, das kein gültiges HTTP ist.",
    },
    fix: {
      en: "Check that the address is that of a web service; otherwise tell whoever runs it.",
      de: "Prüfe, ob die Adresse die eines Webdienstes ist; sonst sag dem Betreiber Bescheid.",
    },
  },
  network: {
    whose: "receiver",
    title: { en: "Connection failed", de: "Verbindung gescheitert" },
    sentence: { en: "The connection to {host} failed.", de: "Die Verbindung zu {host} ist gescheitert." },
    fix: TELL_THEM,
  },
  rate_limited: {
    whose: "receiver",
    title: { en: "Asked to wait", de: "Um Geduld gebeten" },
    sentence: {
      en: "The receiver asks us to wait; it goes on {when}.",
      de: "Der Empfänger bittet um Geduld; weiter geht es {when}.",
    },
    fix: {
      en: "Nothing to do: this uses up no attempt. If it happens often, set a rate limit on the subscription.",
      de: "Nichts zu tun: Das verbraucht keinen Versuch. Kommt es oft vor, begrenze die Rate des Abonnements.",
    },
    ownWords: true,
  },
  rejected: {
    whose: "receiver",
    title: { en: "Not accepted", de: "Nicht angenommen" },
    sentence: {
      en: "The receiver did not accept it.",
      de: "Der Empfänger hat es nicht angenommen: {detail}",
    },
    fix: {
      en: "Change what the receiver complains about.",
      de: "Ändere, was der Empfänger beanstandet.",
    },
  },
  unknown_code: {
    whose: "receiver",
    title: { en: "An answer nobody knows", de: "Eine unbekannte Antwort" },
    sentence: {
      en: "The receiver took the request and answered with an error that is not known. {detail}",
      de: "Der Empfänger hat die Anfrage angenommen und mit einem unbekannten Fehler geantwortet. {detail}",
    },
    fix: {
      en: "Look the error up in the receiver's documentation, and tell whoever maintains the connector.",
      de: "Der Fehler steht vielleicht in der Dokumentation des Empfängers; wer den Connector pflegt, möchte davon wissen.",
    },
  },
  gone: {
    whose: "receiver",
    title: { en: "Gone for good", de: "Endgültig abgeschaltet" },
    sentence: {
      en: "The receiver says that it is gone for good and wants no more events (410); its subscription was stopped.",
      de: "Der Empfänger sagt, dass es ihn nicht mehr gibt und er nichts mehr haben will (410); sein Abonnement wurde angehalten.",
    },
    fix: {
      en: "Enter the new address and resume the subscription, or delete it.",
      de: "Trag die neue Adresse ein und setze das Abonnement fort, oder lösche es.",
    },
    ownWords: true,
  },
  breaker_open: {
    whose: "receiver",
    title: { en: "Waiting for the receiver", de: "Wartet auf den Empfänger" },
    sentence: {
      en: "The receiver has only failed lately, so this one waits; we look again {when}.",
      de: "Beim Empfänger ist zuletzt alles gescheitert, deshalb wartet diese Zustellung; wir sehen {when} wieder nach.",
    },
    fix: {
      en: "Nothing to do: waiting uses up no attempt, and it goes on by itself when the receiver works again.",
      de: "Nichts zu tun: Warten verbraucht keinen Versuch, und es geht von selbst weiter, sobald der Empfänger wieder arbeitet.",
    },
    ownWords: true,
  },
  failing: {
    whose: "receiver",
    title: { en: "Stopped: nothing but failures", de: "Angehalten: nur noch Fehler" },
    sentence: {
      en: "Everything to this receiver has failed for days, so its subscription was stopped.",
      de: "Seit Tagen ist bei diesem Empfänger alles gescheitert, deshalb wurde sein Abonnement angehalten.",
    },
    fix: {
      en: "Mend the receiver or its address, then resume the subscription: what waits is sent then.",
      de: "Bring den Empfänger oder seine Adresse in Ordnung und setze das Abonnement fort: Was wartet, wird dann gesendet.",
    },
    ownWords: true,
  },
  exhausted: {
    whose: "receiver",
    title: { en: "All attempts failed", de: "Alle Versuche gescheitert" },
    sentence: { en: "All attempts failed. {detail}", de: "Alle Versuche sind gescheitert. {detail}" },
    fix: {
      en: "Find out at the receiver why, and have it mended.",
      de: "Kläre mit dem Empfänger, woran es liegt.",
    },
  },
  too_old: {
    whose: "receiver",
    title: { en: "Waited too long", de: "Zu lange gewartet" },
    sentence: {
      en: "It waited longer than its limit, because the receiver kept asking us to wait or did not work. {detail}",
      de: "Sie hat länger gewartet als erlaubt, weil der Empfänger um Geduld bat oder nicht arbeitete. {detail}",
    },
    fix: {
      en: "Wait until the receiver works again; a receiver that keeps asking us to wait needs a rate limit on its subscription.",
      de: "Warte, bis der Empfänger wieder arbeitet; einer, der dauernd um Geduld bittet, braucht eine Ratenbegrenzung im Abonnement.",
    },
  },
} as const satisfies Record<string, Reason>;
