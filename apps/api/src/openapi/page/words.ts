/** The words around the description; the description itself is English. */
export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Words {
  readonly title: string;
  readonly skip: string;
  readonly contents: string;
  readonly asDocument: string;
  readonly otherLanguage: string;
  readonly needsScope: string;
  readonly needsNoKey: string;
  readonly parameters: string;
  readonly body: string;
  readonly answers: string;
  readonly example: string;
  readonly required: string;
  readonly schemas: string;
  readonly problems: string;
  readonly problemsIntroduction: string;
  readonly inPlace: Readonly<Record<string, string>>;
}

export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: "Stellwerk: the HTTP API",
    skip: "Skip to the content",
    contents: "Contents",
    asDocument: "OpenAPI document",
    otherLanguage: "Deutsch",
    needsScope: "Needs a key with the scope",
    needsNoKey: "Needs no key.",
    parameters: "Parameters",
    body: "Body",
    answers: "Answers",
    example: "Example",
    required: "required",
    schemas: "Schemas",
    problems: "Problems",
    problemsIntroduction: "What can be wrong, in every call in the same form.",
    inPlace: { path: "in the path", query: "in the query", header: "header" },
  },
  de: {
    title: "Stellwerk: die HTTP-API",
    skip: "Zum Inhalt springen",
    contents: "Inhalt",
    asDocument: "OpenAPI-Dokument",
    otherLanguage: "English",
    needsScope: "Braucht einen Schlüssel mit dem Recht",
    needsNoKey: "Braucht keinen Schlüssel.",
    parameters: "Parameter",
    body: "Inhalt der Anfrage",
    answers: "Antworten",
    example: "Beispiel",
    required: "erforderlich",
    schemas: "Schemas",
    problems: "Fehler",
    problemsIntroduction:
      "Was schiefgehen kann, bei jedem Aufruf in derselben Form. Die Beschreibung selbst ist englisch.",
    inPlace: { path: "im Pfad", query: "in der Adresse", header: "Kopfzeile" },
  },
};

/** The first language of ours that the reader prefers; English when there is none. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? "").split(",").map((each) => {
    const [tag = "", ...parameters] = each.trim().toLowerCase().split(";");
    const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
    return { language: tag.split("-")[0], quality: Number(quality ?? 1) };
  });
  const best = wishes
    .filter(({ quality }) => quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .find(({ language }) => LANGUAGES.some((each) => each === language));
  return best?.language === "de" ? "de" : "en";
}
