/** What the samples of operations events speak of: the agency of the other samples, one layer further out. */
export const launchesToSlack = { id: "sub_01kaqs9w8qf3vsm2r9j5yte4hg", name: "Launches to Slack" };

export const slackOfTheAgency = {
  id: "con_01kaqs7c1neh9t6x0ckwm4g8zd",
  name: "Slack of the agency",
  connector: "slack",
};

export const hookOfTheAgency = {
  id: "src_01kaqs5v2mfw8r4xk9e7pz3hn6",
  name: "Sitejet of the agency",
  kind: "sitejet",
};

export const launchOfHarrysDiner = {
  id: "dlv_01kaqsm4e2fy1b7q8tvw3nx5rj",
  eventId: "evt_01kaqsm4e2ejq9k6c0zd2hg7pa",
  eventType: "website_status_changed",
  subject: "website/321654",
};

export const sampleFix = {
  resend: {
    en: "Repair the target, then send the delivery again.",
    de: "Repariere das Ziel und sende die Zustellung dann noch einmal.",
  },
  settle: {
    en: "Mend what was wrong and run the delivery once more, or cancel it.",
    de: "Behebe die Ursache und starte die Zustellung noch einmal, oder verwirf sie.",
  },
  target: {
    en: "Repair the target, or pause the subscription if it is meant to be down.",
    de: "Repariere das Ziel, oder halte das Abonnement an, falls der Ausfall gewollt ist.",
  },
  resume: {
    en: "Enter the target's new address and resume the subscription, or delete it.",
    de: "Trag die neue Adresse des Ziels ein und setze das Abonnement fort, oder lösche es.",
  },
  hook: {
    en: "Look in the platform's settings whether the source's hook URL is still there.",
    de: "Sieh in den Einstellungen der Plattform nach, ob die Hook-URL der Quelle dort noch eingetragen ist.",
  },
  credentials: {
    en: "Renew the connection's credentials; what waits is sent then.",
    de: "Erneuere die Zugangsdaten der Verbindung; was wartet, wird dann gesendet.",
  },
};
