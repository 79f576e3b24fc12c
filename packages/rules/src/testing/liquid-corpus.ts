/**
 * Templates that have to come out as liquidjs renders them. What stands in `ours` has no twin there; why is said
 * beside it, and what we render instead is in templates/template.test.ts.
 */

export const CORPUS_DATA = {
  website: {
    id: 321654,
    title: "Harry's Diner & <Grill>",
    domain: "example.com",
    domains: ["example.com", "harrys-diner.example"],
    published_status: true,
    following: false,
    rating: 4.5,
    zero: 0,
    negative: -12.25,
    huge: 1e21,
    status: "Done",
    blank: "",
    spaces: "  \t spaced out \n ",
    empty_list: [],
    nested: [["a", "b"], ["c"]],
    mixed: ["a", 1, true, null, 2.5],
    emoji: "👩‍🍳 kocht für 👨‍👩‍👧‍👦 heute Abend im Biergarten unter Kastanien",
    sharp: "Straße ÄÖÜ äöü ŉ ﬁ ı İ Σίσυφος",
    quotes: `"double" and 'single' and \\ backslash`,
    due: "2026-11-30",
    created: "2026-02-03T04:05:06.789Z",
    local: "2026-11-23T18:05:00+01:00",
    far: "2026-07-01T23:30:00-05:30",
    badges: [
      { type: "customer", status: "no_invite", by: { name: "Mary" } },
      { type: "team", status: "ok", by: { name: "John" } },
    ],
    owner: { name: "Mary Sales", id: 121 },
  },
  previousStatus: "Publish",
  "odd name": "odd",
  fields: { "E-mail address": "harry@example.com", Straße: "Hauptstraße 1", "a.b": "dotted", "0": "zero" },
  event: { id: "evt_1", type: "website_status_changed", time: "2026-11-23T18:00:00Z" },
  source: { key: "main" },
} as const;

const TEXTS = ["title", "domain", "blank", "spaces", "emoji", "sharp", "quotes", "status", "due"];
const OTHERS = ["id", "rating", "zero", "negative", "huge", "published_status", "following"];
const LISTS = ["domains", "nested", "mixed", "empty_list"];
const FORMATS = [
  "%d.%m.%Y",
  "%Y-%m-%d %H:%M:%S",
  "%-d. %B %Y",
  "%e %b %y",
  "%A, %a %u %w",
  "%I:%M %p %P",
  "%l %k %j %L",
  "%_m %0e %^a %^B",
  "%z %s 100%%",
  "%-H:%-M Uhr",
  "no placeholder",
];
const ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"];

export const CORPUS: readonly string[] = [
  "",
  "plain text",
  "a } b }} c { d %} e",
  "{{website.title}}",
  "{{   website.title   }}",
  "{{\n website.title\n | upcase\n}}",
  "{{ source.key }}-{{ website.id }}",
  "{{ event.type }} {{ previousStatus }} → {{ website.status }}",
  '{{ "}}" }}{{ \'{{\' }}{{ "{%" }}',
  "{{ 'it\\'s' }} {{ \"tab\\tnew\\nline \\u00e4\" }}",
  "{{ 1 }} {{ -2 }} {{ 3.5 }} {{ true }} {{ false }}",
  '{{ fields["E-mail address"] }} {{ fields["a.b"] }} {{ fields[\'0\'] }} {{ fields.Straße }} {{ fields.0 }}',
  '{{ ["odd name"] }} {{ website["title"] }} {{ website.domains[0] }} {{ website.domains.1 }}',
  "{{ website.badges[0].by.name }} {{ website.badges.1.type }}",
  "{{ website.owner.name | upcase | truncate: 6 }}",
  ...[...TEXTS, ...OTHERS, ...LISTS].map((name) => `{{ website.${name} }}`),
  ...[
    "upcase",
    "downcase",
    "trim",
    "truncate",
    "truncate: 10",
    'truncate: 5, "…"',
    'truncate: 0, "!"',
  ].flatMap((filter) => [...TEXTS, ...OTHERS, ...LISTS].map((name) => `{{ website.${name} | ${filter} }}`)),
  ...[...TEXTS, ...OTHERS, ...LISTS, "nothing", "owner.nothing"].flatMap((name) => [
    `{{ website.${name} | default: "your site" }}`,
    `{{ website.${name} | default: 5 | default: "x" }}`,
    `{{ website.${name} | default: website.title | upcase }}`,
  ]),
  ...[...TEXTS, ...OTHERS, ...LISTS, "owner", "badges"].map((name) => `{{ website.${name} | json }}`),
  ...["domains", "mixed", "empty_list", "title"].flatMap((name) => [
    `{{ website.${name} | join }}`,
    `{{ website.${name} | join: ", " }}`,
  ]),
  '{{ website.badges | map: "type" }} {{ website.badges | map: "status" | join: "/" }}',
  '{{ website.badges | map: "by.name" | join: ", " }} {{ website.owner | map: "name" }}',
  '{{ website.badges | map: "nothing" | json }}',
  ...["due", "created", "local", "far"].flatMap((name) => [
    ...FORMATS.map((format) => `{{ website.${name} | date: "${format}" }}`),
    ...ZONES.map((zone) => `{{ website.${name} | date: "%Y-%m-%d %H:%M %z", "${zone}" }}`),
  ]),
];

/** By filter or kind of template: why liquidjs cannot be asked. */
export const WITHOUT_TWIN: Readonly<Record<string, string>> = {
  number: "liquidjs has no filter that writes a number in a language's way",
  currency: "liquidjs has none for money",
  slug: "liquidjs' slugify keeps umlauts or makes ü an u; a German address has ue",
  "a missing value": "liquidjs writes nothing; we name the field, because a hole in a sentence is a mistake",
  "an object": "liquidjs writes [object Object]; we ask for a field of it or for json",
  "join over lists of lists": "liquidjs puts commas into the inner ones; we refuse them",
  "size, first, last":
    "liquidjs has them on every list and text; here only fields that are there can be named",
};

/** Our names of filters whose twin is called otherwise there. */
export const TWIN_NAMES: Readonly<Record<string, string>> = { trim: "strip" };
