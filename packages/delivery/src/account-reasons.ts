/** Reasons that lie with the account: its settings, its credentials, its decisions. */
import type { Reason } from "./reason.ts";

const CREDENTIALS = {
  en: "Reconnect it, or enter the credentials again; its deliveries go on then.",
  de: "Verbinde sie neu oder gib die Zugangsdaten noch einmal ein; dann geht es weiter.",
};

export const ACCOUNT_REASONS = {
  redirect_refused: {
    whose: "yours",
    title: { en: "The address has moved", de: "Die Adresse ist umgezogen" },
    sentence: {
      en: "The receiver answered with a redirect ({status}); redirects are never followed.",
      de: "Der Empfänger antwortete mit einer Weiterleitung ({status}); Weiterleitungen werden nie verfolgt.",
    },
    fix: {
      en: "Enter the new address in the connection.",
      de: "Trag die neue Adresse in der Verbindung ein.",
    },
  },
  address_refused: {
    whose: "yours",
    title: { en: "Address not allowed", de: "Adresse nicht erlaubt" },
    sentence: {
      en: "{host} is an address inside a network, where nothing may be sent.",
      de: "{host} ist eine Adresse in einem internen Netz, an die nichts gesendet werden darf.",
    },
    fix: {
      en: "Enter a public address. Whoever runs this installation can allow an internal one.",
      de: "Trag eine öffentliche Adresse ein. Eine interne kann der Betreiber dieser Installation erlauben.",
    },
  },
  unauthorized: {
    whose: "yours",
    title: { en: "Credentials refused", de: "Zugangsdaten abgelehnt" },
    sentence: {
      en: "The receiver refused the connection's credentials.",
      de: "Der Empfänger hat die Zugangsdaten der Verbindung abgelehnt.",
    },
    fix: CREDENTIALS,
  },
  auth: {
    whose: "yours",
    title: { en: "Connection broken", de: "Verbindung unterbrochen" },
    sentence: {
      en: "The connection's credentials are no longer accepted, so everything over it waits. {detail}",
      de: "Die Zugangsdaten der Verbindung gelten nicht mehr, deshalb wartet alles, was über sie geht. {detail}",
    },
    fix: CREDENTIALS,
  },
  authorization_ended: {
    whose: "yours",
    title: { en: "Authorisation ended", de: "Freigabe beendet" },
    sentence: {
      en: "The authorisation of the connection was withdrawn or has ended, so everything over it waits.",
      de: "Die Freigabe der Verbindung wurde widerrufen oder ist abgelaufen, deshalb wartet alles, was über sie geht.",
    },
    fix: {
      en: "Connect it again; its deliveries go on then.",
      de: "Verbinde sie neu; dann geht es weiter.",
    },
  },
  client_refused: {
    whose: "yours",
    title: { en: "App refused", de: "App abgelehnt" },
    sentence: {
      en: "The vendor does not accept the app that the connection uses. {detail}",
      de: "Der Anbieter lehnt die App ab, die diese Verbindung benutzt. {detail}",
    },
    fix: {
      en: "Check the client's id and secret in the connection, then connect it again.",
      de: "Prüfe Client-ID und Client-Secret der Verbindung und verbinde sie dann neu.",
    },
  },
  misconfigured: {
    whose: "yours",
    title: { en: "Settings do not fit", de: "Einstellungen passen nicht" },
    sentence: { en: "The settings do not fit.", de: "Die Einstellungen passen nicht: {detail}" },
    fix: {
      en: "Correct the settings that it names, then resume.",
      de: "Berichtige die genannten Einstellungen und setze dann fort.",
    },
  },
  input_incomplete: {
    whose: "yours",
    title: { en: "Something is missing in the event", de: "Im Ereignis fehlt etwas" },
    sentence: {
      en: "The event lacks what the rule takes from it: {detail}",
      de: "Dem Ereignis fehlt, was die Regel daraus nimmt: {detail}",
    },
    fix: {
      en: "Give the value a default in the rule (`| default: …`), or edit the input of this delivery.",
      de: "Einen Ersatzwert in die Regel schreiben (`| default: …`) oder die Eingaben dieser Zustellung bearbeiten.",
    },
  },
  unknown_action: {
    whose: "yours",
    title: { en: "Unknown action", de: "Unbekannte Aktion" },
    sentence: {
      en: "This installation does not know the subscription's action.",
      de: "Diese Installation kennt die Aktion des Abonnements nicht.",
    },
    fix: {
      en: "Choose another action, or have its connector installed.",
      de: "Wähle eine andere Aktion oder lass ihren Konnektor installieren.",
    },
  },
  connection_missing: {
    whose: "yours",
    title: { en: "Connection deleted", de: "Verbindung gelöscht" },
    sentence: {
      en: "The connection of the subscription was deleted.",
      de: "Die Verbindung des Abonnements wurde gelöscht.",
    },
    fix: {
      en: "Choose another connection in the subscription.",
      de: "Wähle im Abonnement eine andere Verbindung.",
    },
  },
  secrets_unreadable: {
    whose: "yours",
    title: { en: "Secrets unreadable", de: "Geheimnisse nicht lesbar" },
    sentence: {
      en: "The connection's secrets can no longer be opened.",
      de: "Die Geheimnisse der Verbindung lassen sich nicht mehr öffnen.",
    },
    fix: {
      en: "Enter them again in the connection.",
      de: "Gib sie in der Verbindung noch einmal ein.",
    },
  },
  invalid_request: {
    whose: "yours",
    title: { en: "Cannot be sent", de: "Nicht sendbar" },
    sentence: {
      en: "The request cannot be sent as it is configured.",
      de: "So, wie sie eingestellt ist, lässt sich die Anfrage nicht senden.",
    },
    fix: {
      en: "Check the address and the headers of the connection.",
      de: "Prüfe Adresse und Kopfzeilen der Verbindung.",
    },
  },
  paused: {
    whose: "yours",
    title: { en: "Paused", de: "Angehalten" },
    sentence: { en: "Somebody paused it.", de: "Jemand hat sie angehalten." },
    fix: {
      en: "Resume the subscription or the connection: what waits is sent then.",
      de: "Setze das Abonnement oder die Verbindung fort: Was wartet, wird dann gesendet.",
    },
    ownWords: true,
  },
  in_doubt: {
    whose: "yours",
    title: { en: "Unknown whether it arrived", de: "Unklar, ob angekommen" },
    sentence: {
      en: "Nobody knows whether it arrived, and sending it twice could do harm.",
      de: "Niemand weiß, ob sie angekommen ist, und zweimal senden könnte schaden.",
    },
    fix: {
      en: "Look at the target: settle it as delivered, send it again, or drop it.",
      de: "Sieh beim Empfänger nach: als zugestellt abhaken, noch einmal senden oder verwerfen.",
    },
  },
  blocking: {
    whose: "yours",
    title: { en: "Not accepted; the others wait", de: "Nicht angenommen; die anderen warten" },
    sentence: {
      en: "It was not accepted, and what is behind it about the same subject waits: {detail}",
      de: "Sie wurde nicht angenommen, und was danach zum selben Gegenstand kommt, wartet: {detail}",
    },
    fix: {
      en: "Mend what was wrong and run it once more, or cancel it: those behind it go on then.",
      de: "Behebe die Ursache und starte sie noch einmal, oder verwirf sie: Dann geht es mit den anderen weiter.",
    },
  },
  settled: {
    whose: "yours",
    title: { en: "Settled by a person", de: "Von einem Menschen geklärt" },
    sentence: {
      en: "Nobody knew whether it had arrived; somebody looked: {detail}",
      de: "Es war unklar, ob sie angekommen war; jemand hat nachgesehen und sie als zugestellt abgehakt: {detail}",
    },
    fix: { en: "Nothing to do.", de: "Nichts zu tun." },
    ownWords: true,
  },
  send_decided: {
    whose: "yours",
    title: { en: "To be sent, as decided", de: "Wird gesendet, wie entschieden" },
    sentence: {
      en: "It was held, and somebody decided: {detail}",
      de: "Sie war zurückgehalten, und jemand hat entschieden, dass sie gesendet wird: {detail}",
    },
    fix: {
      en: "Nothing to do: it goes on by itself.",
      de: "Nichts zu tun: Es geht von selbst weiter.",
    },
    ownWords: true,
  },
  superseded: {
    whose: "yours",
    title: { en: "Overtaken by a newer one", de: "Von einer neueren überholt" },
    sentence: {
      en: "A newer event about the same subject waited as well, and only the newest was to be caught up.",
      de: "Zum selben Gegenstand wartete ein neueres Ereignis, und nur das neueste sollte nachgeholt werden.",
    },
    fix: {
      en: "Nothing to do. To have it sent after all, send it again.",
      de: "Nichts zu tun. Soll sie doch hinaus, sende sie noch einmal.",
    },
    ownWords: true,
  },
  taken_back: {
    whose: "yours",
    title: { en: "Taken back in time", de: "Rechtzeitig zurückgenommen" },
    sentence: {
      en: "The change was taken back while it waited: {detail}",
      de: "Die Änderung wurde zurückgenommen, während sie wartete: {detail}",
    },
    fix: {
      en: "Nothing to do. To have it sent after all, send it again.",
      de: "Nichts zu tun. Soll sie doch hinaus, sende sie noch einmal.",
    },
    ownWords: true,
  },
  not_caught_up: {
    whose: "yours",
    title: { en: "Not caught up", de: "Nicht nachgeholt" },
    sentence: {
      en: "The subscription was resumed without what had waited during the pause.",
      de: "Das Abonnement wurde fortgesetzt, ohne nachzuholen, was während der Pause gewartet hat.",
    },
    fix: {
      en: "Nothing to do. To have it sent after all, send it again.",
      de: "Nichts zu tun. Soll sie doch hinaus, sende sie noch einmal.",
    },
    ownWords: true,
  },
  dropped: {
    whose: "yours",
    title: { en: "Dropped", de: "Verworfen" },
    sentence: { en: "Somebody dropped it.", de: "Jemand hat sie verworfen." },
    fix: {
      en: "Nothing to do. To have it sent after all, send it again.",
      de: "Nichts zu tun. Soll sie doch hinaus, sende sie noch einmal.",
    },
    ownWords: true,
  },
  subscription_deleted: {
    whose: "yours",
    title: { en: "Subscription deleted", de: "Abonnement gelöscht" },
    sentence: {
      en: "The subscription was deleted while this delivery waited.",
      de: "Das Abonnement wurde gelöscht, während diese Zustellung wartete.",
    },
    fix: {
      en: "If it was deleted by mistake, make it again; later events go there then.",
      de: "War das ein Versehen, leg es neu an; spätere Ereignisse gehen dann dorthin.",
    },
    ownWords: true,
  },
} as const satisfies Record<string, Reason>;
