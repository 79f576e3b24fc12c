/** Generated from the API's description; a test of the api compares it. Not to be edited. */

export interface NewEvent {
  type: string;
  /** What happened; forwarded as it is. */
  data: {
    [name: string]: unknown;
  };
  subject?: string;
  time?: string;
  /** Makes a repeat of this event harmless, for 24 hours. */
  id?: string;
}

export interface ConnectionDraft {
  connector: string;
  name?: string;
  settings?: {
    [name: string]: unknown;
  };
  secrets?: {
    [name: string]: unknown;
  };
}

/** Why a request was not done (RFC 9457). */
export interface Problem {
  /** Stable: what kind of problem it is. */
  type: "urn:stellwerk:problem:invalid-request" | "urn:stellwerk:problem:malformed-body" | "urn:stellwerk:problem:broken-request" | "urn:stellwerk:problem:unauthenticated" | "urn:stellwerk:problem:forbidden" | "urn:stellwerk:problem:not-found" | "urn:stellwerk:problem:method-not-allowed" | "urn:stellwerk:problem:conflict" | "urn:stellwerk:problem:idempotency-conflict" | "urn:stellwerk:problem:version-mismatch" | "urn:stellwerk:problem:too-large" | "urn:stellwerk:problem:unsupported-media-type" | "urn:stellwerk:problem:rate-limited" | "urn:stellwerk:problem:internal" | "urn:stellwerk:problem:unavailable";
  title: string;
  status: number;
  /** This one, in a sentence. */
  detail: string;
  /** Stands in the log as well, and in the header `X-Request-Id`. */
  requestId: string;
  /** Everything that is wrong with the request, not only the first. */
  errors: FieldProblem[];
}

/** One thing that is wrong with a request. */
export interface FieldProblem {
  /** Dotted place in the body, or the name of a parameter or header; empty for the whole. */
  path: string;
  message: string;
  expected?: string;
  /** What came; never a secret. */
  received?: string;
  /** What to do about it. */
  fix?: string;
  /** Where in the body, when it could not be read. */
  position?: {
    offset: number;
    line: number;
    column: number;
  };
}

export interface Event {
  id: string;
  /** Null: it tells of Stellwerk's own work. */
  sourceId: string | null;
  type: string;
  subject: string | null;
  /** When it happened, as its producer says, or else when it came. */
  time: string;
  receivedAt: string;
  contentType: string;
  title: string | null;
  domain: string | null;
  sizeBytes: number;
  /** Its `previousStatus` is not the last status seen of its subject: an event before it never came. */
  gap: Gap | null;
}

export interface Gap {
  /** The last status seen of its subject. */
  lastSeen: string;
  /** The status that this event says was before. */
  previousStatus: string;
  /** What it means, in the language of `Accept-Language`: `en` or `de`. */
  message: string;
}

export interface Delivery {
  id: string;
  eventId: string;
  subscriptionId: string;
  subscriptionName: string | null;
  subscriptionVersion: number;
  connectionId: string;
  action: string | null;
  /** What the target sees as `webhook-id`; a resend as the same keeps it. */
  key: string;
  eventType: string | null;
  subject: string | null;
  title: string | null;
  state: "queued" | "sending" | "held" | "delivered" | "skipped" | "dead" | "expired";
  /** Stable code of why it is in this state. */
  reason: string | null;
  /** What the target answered, or what a colleague wrote who paused it. */
  detail: string | null;
  /** The same for people, in the language of `Accept-Language`: `en` or `de`. */
  sentence: string;
  /** What to do about it; null when there is nothing to do. */
  fix: string | null;
  attemptCount: number;
  nextAttemptAt: string | null;
  /** It has an input of its own instead of its subscription's. */
  isEdited: boolean;
  /** The target may have got it more than once. */
  possiblySent: boolean;
  /** Which one goes first, because its subscription keeps the order of a subject; else null. */
  waitsFor: WaitsFor | null;
  /** How many wait until this one is through, at most 1,000. */
  blocks: number;
  createdAt: string;
  finishedAt: string | null;
}

export interface WaitsFor {
  deliveryId: string;
  subscriptionId: string;
  subscriptionName: string | null;
  state: "queued" | "sending" | "held" | "delivered" | "skipped" | "dead" | "expired";
  reason: string | null;
  /** When it was made, or since when its target is paused. */
  since: string;
  /** How many go before this one, at most 1,000. */
  ahead: number;
}

export interface Verdict {
  subscriptionId: string;
  subscriptionName: string;
  /** The version that was in force when the event was matched; null: it did not exist yet. */
  subscriptionVersion: number | null;
  /** The first seven are the state of its newest delivery; with the others it has none. */
  verdict: "delivered" | "sending" | "waiting" | "held" | "skipped" | "dead" | "expired" | "no_match" | "other_type" | "disabled" | "not_there_yet" | "test" | "no_longer_kept";
  deliveryId: string | null;
  /** Why, for people, in the language of `Accept-Language`: `en` or `de`. */
  sentence: string;
  /** What to do about it; null when there is nothing to do. */
  fix: string | null;
  /** Each part of its condition with the event's value and verdict; null without a condition. */
  condition: {
    [name: string]: unknown;
  } | null;
}

export interface EventType {
  name: string;
  title: {
    en: string;
    de: string;
  };
  description: {
    en: string;
    de: string;
  };
  /** False: the platform has not published this payload, we assume it. */
  documented: boolean;
  schemaId: string;
  /** JSON Schema, draft 2020-12. */
  schema: {
    [name: string]: unknown;
  };
  samples: {
    name: string;
    data: unknown;
    [name: string]: unknown;
  }[];
}

export interface Source {
  id: string;
  name: string;
  kind: "sitejet" | "form" | "api" | "sandbox";
  key: string;
  managerUrl: string | null;
  /** Whoever knows it can send events, so it is shown to keys that may manage. */
  hookUrl: string | null;
  /** After a rotation the hook URL before works until then. */
  previousHookUrlUntil: string | null;
  /** When its last event came in; null: none did yet. */
  lastEventAt: string | null;
  /** Its last event, when it has been silent for much longer than it ever was; null: nothing is unusual. */
  silentSince: string | null;
  version: number;
  createdAt: string;
}

export interface RejectedBody {
  receivedAt: string;
  contentType: string | null;
  /** Stable code. */
  reason: string;
  /** One sentence with the place of the mistake. */
  detail: string;
  sizeBytes: number;
  /** At most the first 64 KiB are kept. */
  truncated: boolean;
  encoding: "utf8" | "base64";
  body: string;
}

export interface Connector {
  id: string;
  title: {
    en: string;
    de?: string;
  };
  summary: {
    en: string;
    de?: string;
  };
  homepage: string | null;
  /** An SVG. */
  icon: string | null;
  upstream: {
    name: string;
    apiVersion?: string;
    changelog?: string;
  } | null;
  /** With the grant `authorization_code` a person connects it, see `oauth/start`. */
  auth: {
    kind: "none" | "api_key" | "oauth2";
    grant: "authorization_code" | "client_credentials" | "jwt_bearer" | null;
  };
  /** It has checks of its own; without, a test can say nothing. */
  isTestable: boolean;
  settings: {
    [name: string]: unknown;
  };
  secrets: {
    [name: string]: unknown;
  };
  actions: ({
    /** As a subscription names it: `webhook.send`. */
    id: string;
    title: {
      en: string;
      de?: string;
    };
    summary: {
      en: string;
      de?: string;
    };
    /** A field with `options: true` has live choices, see a connection's `options`. */
    input: {
      [name: string]: unknown;
    };
    /** What is done when nobody knows whether an attempt arrived: repeated harmlessly, looked for, or left to a person. */
    repeat: {
      kind: "natural" | "key" | "probe" | "never";
      inDoubt: "resend" | "hold" | null;
    };
    samples: {
      name: string;
      input: unknown;
    }[];
  })[];
  presets: {
    id: string;
    title: {
      en: string;
      de?: string;
    };
    summary: {
      en: string;
      de?: string;
    };
    /** What is asked when it is applied. */
    parameters: {
      [name: string]: unknown;
    };
    example: unknown;
    eventTypes: string[];
    action: string;
  }[];
}

export interface Connection {
  id: string;
  connector: string;
  name: string;
  settings: {
    [name: string]: unknown;
  };
  signing: {
    /** What every request is signed with: `v1`, `v1a` or both. */
    signatures: string[];
    /** Replaced secrets that still sign as well, and until when. */
    overlaps: {
      signature: string;
      until: string;
    }[];
    /** For `v1a`: a receiver takes a signature that fits any of these. */
    publicKeys: ({
      key: string;
      /** Set when the key was replaced. */
      until: string | null;
    })[];
    /** Where receivers find the public keys, without an API key. */
    publicKeysUrl: string | null;
  } | null;
  /** Null: it is not paused. */
  paused: Pause | null;
  version: number;
  createdAt: string;
}

export interface Pause {
  since: string;
  /** `paused`: a person did. Else Stellwerk stopped it: `gone` (its target says it is not there any more), `failing` (nothing has come through for days), `misconfigured`, `auth` (its credentials were refused). */
  reason: string;
  /** What the person wrote, or what the target answered. */
  detail: string | null;
  /** The same for people, in the language of `Accept-Language`: `en` or `de`. */
  sentence: string;
  /** What to do about it. */
  fix: string | null;
}

export interface NewConnection {
  id: string;
  connector: string;
  name: string;
  settings: {
    [name: string]: unknown;
  };
  signing: {
    /** What every request is signed with: `v1`, `v1a` or both. */
    signatures: string[];
    /** Replaced secrets that still sign as well, and until when. */
    overlaps: {
      signature: string;
      until: string;
    }[];
    /** For `v1a`: a receiver takes a signature that fits any of these. */
    publicKeys: ({
      key: string;
      /** Set when the key was replaced. */
      until: string | null;
    })[];
    /** Where receivers find the public keys, without an API key. */
    publicKeysUrl: string | null;
  } | null;
  /** Null: it is not paused. */
  paused: Pause | null;
  version: number;
  createdAt: string;
  /** Those that may be shown, such as a webhook's signing secret. */
  secrets: {
    [name: string]: unknown;
  };
}

export interface ConnectionTest {
  /** Every check is ok. */
  ok: boolean;
  /** False: this connector has nothing to look at, so nothing is known. */
  isTested: boolean;
  /** Whose it is at the vendor, as its owner knows it. */
  account: string | null;
  checks: ({
    /** Stable: `token`, `scopes`. */
    id: string;
    ok: boolean;
    message: string;
    fix: string | null;
    /** Where to mend it. */
    url: string | null;
  })[];
  durationMs: number;
  /** It had been stopped, passes now, and its deliveries go on. */
  resumed: boolean;
}

export interface FieldChoices {
  items: ({
    /** What goes into the input. */
    value: string;
    label: string;
    hint: string | null;
  })[];
  /** The `cursor` of the next page; null on the last. */
  next: string | null;
  /** Why the vendor tells no choices. A typed value is accepted all the same. */
  refused: {
    reason: string;
    message: string;
    fix: string | null;
  } | null;
}

export interface OAuthStart {
  url: string;
  redirectUri: string;
}

export interface InboxItem {
  deliveryId: string;
  deliveredAt: string;
  subscriptionId: string;
  event: {
    id: string;
    type: string;
    subject: string | null;
    time: string;
    contentType: string;
    sizeBytes: number;
    /** At most the first 64 KiB; all of it is at `/v1/events/{id}/body`. */
    truncated: boolean;
    encoding: "utf8" | "base64";
    body: string;
  };
}

export interface PublicKeySet {
  keys: {
    kty: "OKP";
    crv: "Ed25519";
    alg: "EdDSA";
    use: "sig";
    x: string;
    /** The same key as Standard Webhooks writes it. */
    whpk: string;
  }[];
}

export interface Subscription {
  id: string;
  name: string;
  enabled: boolean;
  eventTypes: string[];
  /** Null: every event of its types. */
  when: {
    [name: string]: unknown;
  } | null;
  action: string;
  connectionId: string;
  input: {
    [name: string]: unknown;
  };
  order: "none" | "subject";
  onRejected: "skip" | "block";
  /** Null: it sends at once. */
  settle: {
    for: string;
  } | null;
  retry: {
    /** Waits before each further attempt. */
    schedule: string[];
    /** Null: the schedule decides when it is given up. */
    maxAge: string | null;
  };
  /** Null: what the installation allows. */
  limits: {
    concurrency: number | null;
    perSecond: number | null;
  };
  /** Null: it is not paused. */
  paused: Pause | null;
  /** Since a resume, until what waited is dealt with; else null. */
  catchUp: CatchUp | null;
  /** How its target does. */
  health: TargetHealth;
  version: number;
  createdAt: string;
}

export interface CatchUp {
  mode: "all" | "latest-per-subject" | "none";
  /** Deliveries that were made until then. */
  before: string;
  perSecond: number | null;
}

export interface TargetHealth {
  /** `closed`: it is sent to. `open`: it kept failing, so deliveries wait and one tries from time to time. `half_open`: one is trying now. */
  state: "closed" | "open" | "half_open";
  /** Since when nothing has come through. */
  failingSince: string | null;
  /** When the next one tries. */
  nextProbeAt: string | null;
  /** The last failure. */
  reason: string | null;
}

export interface MadeSubscription {
  id: string;
  name: string;
  enabled: boolean;
  eventTypes: string[];
  /** Null: every event of its types. */
  when: {
    [name: string]: unknown;
  } | null;
  action: string;
  connectionId: string;
  input: {
    [name: string]: unknown;
  };
  order: "none" | "subject";
  onRejected: "skip" | "block";
  /** Null: it sends at once. */
  settle: {
    for: string;
  } | null;
  retry: {
    /** Waits before each further attempt. */
    schedule: string[];
    /** Null: the schedule decides when it is given up. */
    maxAge: string | null;
  };
  /** Null: what the installation allows. */
  limits: {
    concurrency: number | null;
    perSecond: number | null;
  };
  /** Null: it is not paused. */
  paused: Pause | null;
  /** Since a resume, until what waited is dealt with; else null. */
  catchUp: CatchUp | null;
  /** How its target does. */
  health: TargetHealth;
  version: number;
  createdAt: string;
  /** What is worth a second look. */
  warnings: ({
    path: string;
    message: string;
    /** What may have been meant; null when nobody knows. */
    fix: string | null;
  })[];
  connection?: NewConnection;
}

export interface OneSubscription {
  id: string;
  name: string;
  enabled: boolean;
  eventTypes: string[];
  /** Null: every event of its types. */
  when: {
    [name: string]: unknown;
  } | null;
  action: string;
  connectionId: string;
  input: {
    [name: string]: unknown;
  };
  order: "none" | "subject";
  onRejected: "skip" | "block";
  /** Null: it sends at once. */
  settle: {
    for: string;
  } | null;
  retry: {
    /** Waits before each further attempt. */
    schedule: string[];
    /** Null: the schedule decides when it is given up. */
    maxAge: string | null;
  };
  /** Null: what the installation allows. */
  limits: {
    concurrency: number | null;
    perSecond: number | null;
  };
  /** Null: it is not paused. */
  paused: Pause | null;
  /** Since a resume, until what waited is dealt with; else null. */
  catchUp: CatchUp | null;
  /** How its target does. */
  health: TargetHealth;
  version: number;
  createdAt: string;
  waiting: Waiting;
}

export interface Waiting {
  /** At most 10000. */
  count: number;
  /** There are more than `count`. */
  isMore: boolean;
}

export interface SavedSubscription {
  id: string;
  name: string;
  enabled: boolean;
  eventTypes: string[];
  /** Null: every event of its types. */
  when: {
    [name: string]: unknown;
  } | null;
  action: string;
  connectionId: string;
  input: {
    [name: string]: unknown;
  };
  order: "none" | "subject";
  onRejected: "skip" | "block";
  /** Null: it sends at once. */
  settle: {
    for: string;
  } | null;
  retry: {
    /** Waits before each further attempt. */
    schedule: string[];
    /** Null: the schedule decides when it is given up. */
    maxAge: string | null;
  };
  /** Null: what the installation allows. */
  limits: {
    concurrency: number | null;
    perSecond: number | null;
  };
  /** Null: it is not paused. */
  paused: Pause | null;
  /** Since a resume, until what waited is dealt with; else null. */
  catchUp: CatchUp | null;
  /** How its target does. */
  health: TargetHealth;
  version: number;
  createdAt: string;
  /** What is worth a second look. */
  warnings: ({
    path: string;
    message: string;
    /** What may have been meant; null when nobody knows. */
    fix: string | null;
  })[];
}

export interface Preview {
  event: {
    /** One of the account's, one of the catalogue, or the one that was given. */
    origin: "event" | "sample" | "given";
    id: string | null;
    type: string;
    subject: string | null;
  };
  wouldSend: boolean;
  /** Whether something would be sent and why, in the language of `Accept-Language`. */
  sentence: string;
  /** Each part of the condition with the event's value and verdict; null without one. */
  condition: {
    [name: string]: unknown;
  } | null;
  /** What the action would be given; null when the event lacks something for it, or when it is too long to be read. */
  input: unknown;
  /** What would be sent, without what proves who we are. Null for an action of several steps. */
  request: {
    method: string;
    url: string;
    headers: {
      [name: string]: unknown;
    };
    body: string | null;
  } | null;
  /** Why the action cannot be given its input. */
  problems: ({
    path: string;
    message: string;
    expected: string | null;
    received: string | null;
    fix: string | null;
  })[];
}

export interface Attempt {
  id: string;
  number: number;
  startedAt: string;
  durationMs: number;
  outcome: string;
  reason: string | null;
  sentence: string | null;
  request: unknown;
  reply: {
    status: number | null;
    headers: unknown;
    /** At most the first 16 KiB. */
    encoding: "utf8" | "base64";
    body: string;
  } | null;
}

export interface Resent {
  /** How many are sent again; 0 of a dry run. */
  resent: number;
  /** How many were found, `limit` at most. */
  matching: number;
  /** There may be more, which `cursor` goes on with. */
  remaining: boolean;
  /** The `cursor` of the next call; null when this was all. */
  next: string | null;
  /** Of a dry run: the first few. */
  sample?: Delivery[];
}

export interface ApiKey {
  id: string;
  name: string;
  scopes: ("publish" | "read" | "manage" | "admin")[];
  /** Its first characters. */
  hint: string;
  createdAt: string;
  revokedAt: string | null;
}

export interface Account {
  id: string;
  name: string;
  createdAt: string;
}

/** Every operation: what it takes, and what it answers. */
export interface Operations {
  /** A source's hook URL. Answers when the event is durable. */
  receiveHook: {
    params: {
      /** The last part of the source's `hookUrl`. */
      token: string;
    };
    body: {
      event: string;
      [name: string]: unknown;
    };
    answer: {
      id: string;
    };
  };
  /** Publishes an event, or up to 500. Answers when they are durable. */
  publishEvents: {
    body: NewEvent | NewEvent[];
    answer: {
      id: string;
    } | {
      items: ({
        id: string;
      } | {
        error: {
          status: number;
          detail: string;
          [name: string]: unknown;
        };
      })[];
    };
  };
  /** The event log. `q` is what an id, a title or a domain begins with. */
  listEvents: {
    query?: {
      /** How many a page has at most. */
      limit?: number;
      /** `next` of the page before; it is bound to its list and filter. */
      cursor?: string;
      /** Only of this type. */
      type?: string;
      /** Only of this subject: `website/321654`. */
      subject?: string;
      /** Only of this source, src_…. */
      source?: string;
      /** Only received at this time or later. */
      since?: string | Date;
      /** Only received before this time. */
      until?: string | Date;
      /** What its id, title or domain begins with. */
      q?: string;
    };
    answer: {
      items: Event[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Answers while the process runs. */
  getLiveness: {
    answer: {
      status: "ok";
    };
  };
  /** Whether events can be accepted now; 503 when not. */
  getReadiness: {
    answer: {
      status: "ready" | "not-ready" | "stopping";
      checks: {
        database: "ok" | "failed";
        bus: "ok" | "failed";
      };
    };
  };
  /** What this process has counted, in Prometheus's text format. */
  getMetrics: {
    answer: { contentType: string; bytes: Uint8Array };
  };
  /** This description, OpenAPI 3.1. */
  getOpenApi: {
    answer: {
      openapi: string;
      [name: string]: unknown;
    };
  };
  /** This description as a page for people. */
  getDocs: {
    query?: {
      /** `en` or `de`; what the browser prefers when left out. */
      lang?: "en" | "de";
    };
    answer: { contentType: string; bytes: Uint8Array };
  };
  /** One event and what became of it. */
  getEvent: {
    params: {
      /** Its id, evt_…. */
      id: string;
    };
    answer: {
      id: string;
      /** Null: it tells of Stellwerk's own work. */
      sourceId: string | null;
      type: string;
      subject: string | null;
      /** When it happened, as its producer says, or else when it came. */
      time: string;
      receivedAt: string;
      contentType: string;
      title: string | null;
      domain: string | null;
      sizeBytes: number;
      /** Its `previousStatus` is not the last status seen of its subject: an event before it never came. */
      gap: Gap | null;
      traceparent: string | null;
      /** Made to try a subscription; it did not happen. */
      isTest: boolean;
      deliveries: Delivery[];
      verdicts: Verdict[];
    };
  };
  /** Why: what every subscription made of an event. */
  listVerdicts: {
    params: {
      /** Its id, evt_…. */
      id: string;
    };
    query?: {
      /** How many a page has at most. */
      limit?: number;
      /** `next` of the page before; it is bound to its list and filter. */
      cursor?: string;
    };
    answer: {
      items: Verdict[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** The bytes of an event as they came. */
  getEventBody: {
    params: {
      /** Its id, evt_…. */
      id: string;
    };
    answer: { contentType: string; bytes: Uint8Array };
  };
  /** Every type of event that is known, with its schema and samples. */
  listEventTypes: {
    answer: {
      items: EventType[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** One type of event. */
  getEventType: {
    params: {
      /** Its name: `website_status_changed`. */
      type: string;
    };
    answer: EventType;
  };
  /** The account's sources. */
  listSources: {
    query?: {
      /** How many a page has at most. */
      limit?: number;
      /** `next` of the page before; it is bound to its list and filter. */
      cursor?: string;
    };
    answer: {
      items: Source[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Makes a source; its answer has the hook URL to give to the platform. */
  createSource: {
    body: {
      name: string;
      kind: "sitejet" | "form" | "api" | "sandbox";
      key?: string;
      managerUrl?: string | null;
    };
    answer: Source;
  };
  /** One source. */
  getSource: {
    params: {
      /** Its id, src_…. */
      id: string;
    };
    answer: Source;
  };
  /** Changes a source's name, key or manager address. */
  updateSource: {
    params: {
      /** Its id, src_…. */
      id: string;
    };
    body: {
      name?: string;
      key?: string;
      managerUrl?: string | null;
    };
    answer: Source;
  };
  /** Deletes a source: its hook URL stops working, its events stay. */
  deleteSource: {
    params: {
      /** Its id, src_…. */
      id: string;
    };
    answer: undefined;
  };
  /** Gives a source a new hook URL; the one before goes on working for a while. */
  rotateSource: {
    params: {
      /** Its id, src_…. */
      id: string;
    };
    body?: {
      /** A duration such as "5s", "30m" or "2h", from 0ms to 30d. */
      overlap?: string;
    };
    answer: Source;
  };
  /** The newest 100 bodies that this source's hook URL refused, and why. */
  listRejectedBodies: {
    params: {
      /** Its id, src_…. */
      id: string;
    };
    query?: {
      /** How many a page has at most. */
      limit?: number;
      /** `next` of the page before; it is bound to its list and filter. */
      cursor?: string;
    };
    answer: {
      items: RejectedBody[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** All connectors, with their actions and presets. */
  listConnectors: {
    query?: {
      /** Titles and help of the schemas in it; left out, `text` beside each field holds both. */
      language?: "en" | "de";
    };
    answer: {
      items: Connector[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
      /** What this installation was told to load and could not. */
      refused: {
        /** As it stands in `STELLWERK_CONNECTORS`. */
        name: string;
        problem: {
          en: string;
          de?: string;
        };
        /** What the operator, or the connector's author, does about it. */
        fix: {
          en: string;
          de?: string;
        };
      }[];
    };
  };
  /** One connector. */
  getConnector: {
    params: {
      /** Its id: `webhook`. */
      id: string;
    };
    query?: {
      /** Titles and help of the schemas in it; left out, `text` beside each field holds both. */
      language?: "en" | "de";
    };
    answer: Connector;
  };
  /** The account's connections. */
  listConnections: {
    query?: {
      /** How many a page has at most. */
      limit?: number;
      /** `next` of the page before; it is bound to its list and filter. */
      cursor?: string;
    };
    answer: {
      items: Connection[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Makes a connection. Secrets that we made for it, such as a signing secret, are in this answer. */
  createConnection: {
    body: ConnectionDraft;
    answer: NewConnection;
  };
  /** One connection. */
  getConnection: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    answer: Connection;
  };
  /** Changes a connection. Settings are replaced as a whole, secrets one by one; null takes a secret away. */
  updateConnection: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    body: {
      name?: string;
      settings?: {
        [name: string]: unknown;
      };
      secrets?: {
        [name: string]: unknown;
      };
    };
    answer: Connection;
  };
  /** Deletes a connection that no subscription uses, and its secrets. */
  deleteConnection: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    answer: undefined;
  };
  /** Shows the secrets that may be shown again, such as a webhook's signing secret. */
  revealConnectionSecrets: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    answer: {
      secrets: {
        [name: string]: unknown;
      };
    };
  };
  /** Gives a connection a new signing secret; the one before goes on signing for a while. */
  rotateConnectionSecret: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    body?: {
      /** Which one; unless set it follows from `secret`, else from what the connection signs with. */
      signature?: "v1" | "v1a";
      /** `whsec_…` (base64 of 24 to 64 bytes) or `whsk_…` (an ed25519 key). Made when left out. */
      secret?: string;
      /** A duration such as "5s", "30m" or "2h", from 0ms to 30d. */
      overlap?: string;
    };
    answer: NewConnection;
  };
  /** Ends the overlaps of rotated secrets: from now on only the newest sign. */
  endConnectionOverlap: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    answer: Connection;
  };
  /** Looks whether a connection would work, before it is saved. */
  testConnectionDraft: {
    body: ConnectionDraft;
    answer: ConnectionTest;
  };
  /** Looks whether a connection works: separate checks, each with what to do. */
  testConnection: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    answer: ConnectionTest;
  };
  /** The choices of a field that has live ones: channels, lists, people. */
  listFieldOptions: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    body: {
      /** As a subscription names it: `slack.post_message`. */
      action: string;
      /** A field of its input. */
      field: string;
      query?: string;
      cursor?: string;
      input?: {
        [name: string]: unknown;
      };
    };
    answer: FieldChoices;
  };
  /** Begins to connect an account at a vendor: where to send the browser. */
  startOAuth: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    answer: OAuthStart;
  };
  /** Where the vendor sends the browser back. For browsers, not for programs. */
  finishOAuth: {
    query?: {
      /** What `oauth/start` sent along. */
      state?: string;
      /** What the vendor gives for a token. */
      code?: string;
      /** Why there is none: `access_denied`. */
      error?: string;
    };
    answer: { contentType: string; bytes: Uint8Array };
  };
  /** The last 100 deliveries that this connection received. */
  listInbox: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    answer: {
      items: InboxItem[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** The public keys of a connection that signs with `v1a`, as a JWK set (RFC 7517). */
  getPublicKeys: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    answer: PublicKeySet;
  };
  /** Holds everything back that goes over this connection. */
  pauseConnection: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    body?: {
      /** For colleagues: why. It is shown with everything that waits. */
      reason?: string;
    };
    answer: Connection;
  };
  /** Lets everything go on that waits for this connection. */
  resumeConnection: {
    params: {
      /** Its id, con_…. */
      id: string;
    };
    answer: Connection;
  };
  /** The account's subscriptions. */
  listSubscriptions: {
    query?: {
      /** How many a page has at most. */
      limit?: number;
      /** `next` of the page before; it is bound to its list and filter. */
      cursor?: string;
    };
    answer: {
      items: Subscription[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Makes a subscription; with `connection` it makes that too, and shows its signing secret. */
  createSubscription: {
    body: {
      name: string;
      /** False: events match nothing, and what happens meanwhile is never sent. A pause keeps it. */
      enabled?: boolean;
      /** `["*"]` is every type but those that begin with `stellwerk.`: those tell what happens to deliveries themselves, and are named one by one. */
      eventTypes: string[];
      /** Which events of these types: `{ "website.status": { "$in": ["Creation", "Done"] } }`. Null: all of them. Operators are in the guide to rules. */
      when?: {
        [name: string]: unknown;
      } | null;
      action: string;
      /** Its id, con_…. */
      connectionId?: string;
      /** What the action asks for: values, or what is taken from the event (`$path`, `$text`, `$map`). */
      input?: {
        [name: string]: unknown;
      };
      /** `subject`: deliveries about one subject go out one at a time in the order of their events, over all subscriptions of the same connection that say so. What is about no subject is in no order. */
      order?: "none" | "subject";
      /** With `order: "subject"`, what follows one that is given up: `skip`, the next one of its subject goes out; `block`, it is held and the others wait until somebody runs it again or cancels it. */
      onRejected?: "skip" | "block";
      /** Waits this long before it sends, and sends nothing when the change was taken back meanwhile: a newer event returned the subject to this event's `previousStatus`, and none re-entered its status. While it waits it goes first in its subject's order. */
      settle?: {
        /** How long: from 1 s to 7 days. */
        for: string;
      } | null;
      retry?: {
        /** Waits before each further attempt; left out: the usual ones. */
        schedule?: string[];
        /** A delivery older than this is not tried again. The time that its target was paused does not count. */
        maxAge?: string | null;
      } | null;
      limits?: {
        /** How many are sent at a time; as many as the installation allows when left out. */
        concurrency?: number | null;
        /** How many are sent a second; no limit when left out. */
        perSecond?: number | null;
      } | null;
      connection?: ConnectionDraft;
    };
    answer: MadeSubscription;
  };
  /** One subscription. */
  getSubscription: {
    params: {
      /** Its id, sub_…. */
      id: string;
    };
    answer: OneSubscription;
  };
  /** Changes a subscription. Deliveries that wait keep the version that matched. */
  updateSubscription: {
    params: {
      /** Its id, sub_…. */
      id: string;
    };
    body: {
      name?: string;
      /** False: events match nothing, and what happens meanwhile is never sent. A pause keeps it. */
      enabled?: boolean;
      /** `["*"]` is every type but those that begin with `stellwerk.`: those tell what happens to deliveries themselves, and are named one by one. */
      eventTypes?: string[];
      /** Which events of these types: `{ "website.status": { "$in": ["Creation", "Done"] } }`. Null: all of them. Operators are in the guide to rules. */
      when?: {
        [name: string]: unknown;
      } | null;
      action?: string;
      /** Its id, con_…. */
      connectionId?: string;
      /** What the action asks for: values, or what is taken from the event (`$path`, `$text`, `$map`). */
      input?: {
        [name: string]: unknown;
      };
      /** `subject`: deliveries about one subject go out one at a time in the order of their events, over all subscriptions of the same connection that say so. What is about no subject is in no order. */
      order?: "none" | "subject";
      /** With `order: "subject"`, what follows one that is given up: `skip`, the next one of its subject goes out; `block`, it is held and the others wait until somebody runs it again or cancels it. */
      onRejected?: "skip" | "block";
      /** Waits this long before it sends, and sends nothing when the change was taken back meanwhile: a newer event returned the subject to this event's `previousStatus`, and none re-entered its status. While it waits it goes first in its subject's order. */
      settle?: {
        /** How long: from 1 s to 7 days. */
        for: string;
      } | null;
      retry?: {
        /** Waits before each further attempt; left out: the usual ones. */
        schedule?: string[];
        /** A delivery older than this is not tried again. The time that its target was paused does not count. */
        maxAge?: string | null;
      } | null;
      limits?: {
        /** How many are sent at a time; as many as the installation allows when left out. */
        concurrency?: number | null;
        /** How many are sent a second; no limit when left out. */
        perSecond?: number | null;
      } | null;
    };
    answer: SavedSubscription;
  };
  /** Deletes a subscription; its deliveries stay in the log. */
  deleteSubscription: {
    params: {
      /** Its id, sub_…. */
      id: string;
    };
    answer: undefined;
  };
  /** Holds its deliveries back until it is resumed. */
  pauseSubscription: {
    params: {
      /** Its id, sub_…. */
      id: string;
    };
    body?: {
      /** For colleagues: why. It is shown with everything that waits. */
      reason?: string;
    };
    answer: Subscription;
  };
  /** Lets a paused or stopped subscription go on, with all, some or none of what waits. */
  resumeSubscription: {
    params: {
      /** Its id, sub_…. */
      id: string;
    };
    body?: {
      /** What becomes of what waits. */
      catchUp?: "all" | "latest-per-subject" | "none";
      /** How much of it a second; as fast as usual when left out. */
      perSecond?: number;
    };
    answer: Subscription;
  };
  /** What a subscription would send for an event, and why, or why not. */
  previewSubscription: {
    params: {
      /** Its id, sub_…. */
      id: string;
    };
    body?: {
      /** One of the account's events. */
      eventId?: string;
      /** A sample of the catalogue; the first one of its type without a name. */
      sample?: {
        type: string;
        name?: string;
      };
      /** An event that is made up. */
      data?: {
        type: string;
        data: {
          [name: string]: unknown;
        };
      };
    };
    answer: Preview;
  };
  /** What a rule that is not saved yet would send for an event, and why, or why not. */
  previewSubscriptionDraft: {
    body: {
      /** As it would be saved; nothing of it is. */
      subscription: {
        name: string;
        /** False: events match nothing, and what happens meanwhile is never sent. A pause keeps it. */
        enabled?: boolean;
        /** `["*"]` is every type but those that begin with `stellwerk.`: those tell what happens to deliveries themselves, and are named one by one. */
        eventTypes: string[];
        /** Which events of these types: `{ "website.status": { "$in": ["Creation", "Done"] } }`. Null: all of them. Operators are in the guide to rules. */
        when?: {
          [name: string]: unknown;
        } | null;
        action: string;
        /** Its id, con_…. */
        connectionId?: string;
        /** What the action asks for: values, or what is taken from the event (`$path`, `$text`, `$map`). */
        input?: {
          [name: string]: unknown;
        };
        /** `subject`: deliveries about one subject go out one at a time in the order of their events, over all subscriptions of the same connection that say so. What is about no subject is in no order. */
        order?: "none" | "subject";
        /** With `order: "subject"`, what follows one that is given up: `skip`, the next one of its subject goes out; `block`, it is held and the others wait until somebody runs it again or cancels it. */
        onRejected?: "skip" | "block";
        /** Waits this long before it sends, and sends nothing when the change was taken back meanwhile: a newer event returned the subject to this event's `previousStatus`, and none re-entered its status. While it waits it goes first in its subject's order. */
        settle?: {
          /** How long: from 1 s to 7 days. */
          for: string;
        } | null;
        retry?: {
          /** Waits before each further attempt; left out: the usual ones. */
          schedule?: string[];
          /** A delivery older than this is not tried again. The time that its target was paused does not count. */
          maxAge?: string | null;
        } | null;
        limits?: {
          /** How many are sent at a time; as many as the installation allows when left out. */
          concurrency?: number | null;
          /** How many are sent a second; no limit when left out. */
          perSecond?: number | null;
        } | null;
        connection?: ConnectionDraft;
      };
      /** One of the account's events. */
      eventId?: string;
      /** A sample of the catalogue; the first one of its type without a name. */
      sample?: {
        type: string;
        name?: string;
      };
      /** An event that is made up. */
      data?: {
        type: string;
        data: {
          [name: string]: unknown;
        };
      };
    };
    answer: Preview;
  };
  /** Sends one for real: an event of the account, or a sample, whatever the condition says. */
  testSubscription: {
    params: {
      /** Its id, sub_…. */
      id: string;
    };
    body?: {
      /** One of the account's events. */
      eventId?: string;
      /** A sample of the catalogue; the first one of its type without a name. */
      sample?: {
        type: string;
        name?: string;
      };
      /** An event that is made up. */
      data?: {
        type: string;
        data: {
          [name: string]: unknown;
        };
      };
      /** How long to wait for its first attempt, in seconds. */
      wait?: number;
    };
    answer: {
      id: string;
      eventId: string;
      subscriptionId: string;
      subscriptionName: string | null;
      subscriptionVersion: number;
      connectionId: string;
      action: string | null;
      /** What the target sees as `webhook-id`; a resend as the same keeps it. */
      key: string;
      eventType: string | null;
      subject: string | null;
      title: string | null;
      state: "queued" | "sending" | "held" | "delivered" | "skipped" | "dead" | "expired";
      /** Stable code of why it is in this state. */
      reason: string | null;
      /** What the target answered, or what a colleague wrote who paused it. */
      detail: string | null;
      /** The same for people, in the language of `Accept-Language`: `en` or `de`. */
      sentence: string;
      /** What to do about it; null when there is nothing to do. */
      fix: string | null;
      attemptCount: number;
      nextAttemptAt: string | null;
      /** It has an input of its own instead of its subscription's. */
      isEdited: boolean;
      /** The target may have got it more than once. */
      possiblySent: boolean;
      /** Which one goes first, because its subscription keeps the order of a subject; else null. */
      waitsFor: WaitsFor | null;
      /** How many wait until this one is through, at most 1,000. */
      blocks: number;
      createdAt: string;
      finishedAt: string | null;
      attempts: Attempt[];
    };
  };
  /** Sends one for real with a rule that is not saved yet. */
  testSubscriptionDraft: {
    body: {
      /** As it would be saved; nothing of it is. */
      subscription: {
        name: string;
        /** False: events match nothing, and what happens meanwhile is never sent. A pause keeps it. */
        enabled?: boolean;
        /** `["*"]` is every type but those that begin with `stellwerk.`: those tell what happens to deliveries themselves, and are named one by one. */
        eventTypes: string[];
        /** Which events of these types: `{ "website.status": { "$in": ["Creation", "Done"] } }`. Null: all of them. Operators are in the guide to rules. */
        when?: {
          [name: string]: unknown;
        } | null;
        action: string;
        /** Its id, con_…. */
        connectionId?: string;
        /** What the action asks for: values, or what is taken from the event (`$path`, `$text`, `$map`). */
        input?: {
          [name: string]: unknown;
        };
        /** `subject`: deliveries about one subject go out one at a time in the order of their events, over all subscriptions of the same connection that say so. What is about no subject is in no order. */
        order?: "none" | "subject";
        /** With `order: "subject"`, what follows one that is given up: `skip`, the next one of its subject goes out; `block`, it is held and the others wait until somebody runs it again or cancels it. */
        onRejected?: "skip" | "block";
        /** Waits this long before it sends, and sends nothing when the change was taken back meanwhile: a newer event returned the subject to this event's `previousStatus`, and none re-entered its status. While it waits it goes first in its subject's order. */
        settle?: {
          /** How long: from 1 s to 7 days. */
          for: string;
        } | null;
        retry?: {
          /** Waits before each further attempt; left out: the usual ones. */
          schedule?: string[];
          /** A delivery older than this is not tried again. The time that its target was paused does not count. */
          maxAge?: string | null;
        } | null;
        limits?: {
          /** How many are sent at a time; as many as the installation allows when left out. */
          concurrency?: number | null;
          /** How many are sent a second; no limit when left out. */
          perSecond?: number | null;
        } | null;
        connection?: ConnectionDraft;
      };
      /** One of the account's events. */
      eventId?: string;
      /** A sample of the catalogue; the first one of its type without a name. */
      sample?: {
        type: string;
        name?: string;
      };
      /** An event that is made up. */
      data?: {
        type: string;
        data: {
          [name: string]: unknown;
        };
      };
      /** How long to wait for its first attempt, in seconds. */
      wait?: number;
    };
    answer: {
      id: string;
      eventId: string;
      subscriptionId: string;
      subscriptionName: string | null;
      subscriptionVersion: number;
      connectionId: string;
      action: string | null;
      /** What the target sees as `webhook-id`; a resend as the same keeps it. */
      key: string;
      eventType: string | null;
      subject: string | null;
      title: string | null;
      state: "queued" | "sending" | "held" | "delivered" | "skipped" | "dead" | "expired";
      /** Stable code of why it is in this state. */
      reason: string | null;
      /** What the target answered, or what a colleague wrote who paused it. */
      detail: string | null;
      /** The same for people, in the language of `Accept-Language`: `en` or `de`. */
      sentence: string;
      /** What to do about it; null when there is nothing to do. */
      fix: string | null;
      attemptCount: number;
      nextAttemptAt: string | null;
      /** It has an input of its own instead of its subscription's. */
      isEdited: boolean;
      /** The target may have got it more than once. */
      possiblySent: boolean;
      /** Which one goes first, because its subscription keeps the order of a subject; else null. */
      waitsFor: WaitsFor | null;
      /** How many wait until this one is through, at most 1,000. */
      blocks: number;
      createdAt: string;
      finishedAt: string | null;
      attempts: Attempt[];
    };
  };
  /** The delivery log. */
  listDeliveries: {
    query?: {
      /** How many a page has at most. */
      limit?: number;
      /** `next` of the page before; it is bound to its list and filter. */
      cursor?: string;
      /** Only in this state. */
      state?: "queued" | "sending" | "held" | "delivered" | "skipped" | "dead" | "expired";
      /** Only of this subscription, sub_…. */
      subscription?: string;
      /** Only of this event, evt_…. */
      event?: string;
      /** Only of this subject: `website/321654`. */
      subject?: string;
      /** Only of events of this type. Needs `event`, or one of the states `dead`, `expired` and `skipped`. */
      type?: string;
      /** Only with this reason, a code. Needs `event`, or one of the states `dead`, `expired` and `skipped`. */
      reason?: string;
      /** Only made at this time or later. */
      since?: string | Date;
      /** Only made until this time. */
      until?: string | Date;
    };
    answer: {
      items: Delivery[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** The delivery log as lines of JSON, each with the event's body and the last attempt. */
  exportDeliveries: {
    query?: {
      /** Only in this state. */
      state?: "queued" | "sending" | "held" | "delivered" | "skipped" | "dead" | "expired";
      /** Only of this subscription, sub_…. */
      subscription?: string;
      /** Only of this event, evt_…. */
      event?: string;
      /** Only of this subject: `website/321654`. */
      subject?: string;
      /** Only of events of this type. Needs `event`, or one of the states `dead`, `expired` and `skipped`. */
      type?: string;
      /** Only with this reason, a code. Needs `event`, or one of the states `dead`, `expired` and `skipped`. */
      reason?: string;
      /** Only made at this time or later. */
      since?: string | Date;
      /** Only made until this time. */
      until?: string | Date;
    };
    answer: { contentType: string; bytes: Uint8Array };
  };
  /** One delivery with all its attempts: request, reply, timing, outcome. */
  getDelivery: {
    params: {
      /** Its id, dlv_…. */
      id: string;
    };
    answer: {
      id: string;
      eventId: string;
      subscriptionId: string;
      subscriptionName: string | null;
      subscriptionVersion: number;
      connectionId: string;
      action: string | null;
      /** What the target sees as `webhook-id`; a resend as the same keeps it. */
      key: string;
      eventType: string | null;
      subject: string | null;
      title: string | null;
      state: "queued" | "sending" | "held" | "delivered" | "skipped" | "dead" | "expired";
      /** Stable code of why it is in this state. */
      reason: string | null;
      /** What the target answered, or what a colleague wrote who paused it. */
      detail: string | null;
      /** The same for people, in the language of `Accept-Language`: `en` or `de`. */
      sentence: string;
      /** What to do about it; null when there is nothing to do. */
      fix: string | null;
      attemptCount: number;
      nextAttemptAt: string | null;
      /** It has an input of its own instead of its subscription's. */
      isEdited: boolean;
      /** The target may have got it more than once. */
      possiblySent: boolean;
      /** Which one goes first, because its subscription keeps the order of a subject; else null. */
      waitsFor: WaitsFor | null;
      /** How many wait until this one is through, at most 1,000. */
      blocks: number;
      createdAt: string;
      finishedAt: string | null;
      attempts: Attempt[];
    };
  };
  /** Sends it again: `same` keeps the webhook-id, `new` makes a new one. */
  resendDelivery: {
    params: {
      /** Its id, dlv_…. */
      id: string;
    };
    body: {
      as: "same" | "new";
      /** What is sent: as the version says that matched, or the subscription's current one. */
      mapping?: "matched" | "current";
      /** For this delivery alone, instead of the subscription's input: what the action asks for. */
      input?: {
        [name: string]: unknown;
      };
    };
    answer: Delivery;
  };
  /** Sends everything again that ended without being delivered and fits the filter. */
  resendDeliveries: {
    body: {
      filter?: {
        state?: "dead" | "expired" | "skipped";
        /** Only of this subscription, sub_…. */
        subscription?: string;
        /** Only of this subject: `website/321654`. */
        subject?: string;
        /** Only of events of this type. */
        type?: string;
        /** Only with this reason, a code. */
        reason?: string;
        /** Only made at this time or later. */
        since?: string;
        /** Only made until this time. */
        until?: string;
      };
      /** `same` keeps each `webhook-id`, `new` makes new ones. */
      as: "same" | "new";
      /** What is sent: as the version says that matched, or the subscription's current one. */
      mapping?: "matched" | "current";
      limit?: number;
      /** The `next` of the call before. */
      cursor?: string;
      dryRun?: boolean;
    };
    answer: Resent;
  };
  /** Decides about one that is held, or of which nobody knows whether it arrived. */
  resolveDelivery: {
    params: {
      /** Its id, dlv_…. */
      id: string;
    };
    body: {
      as: "delivered" | "send" | "drop";
      /** For colleagues: why. It is in its `detail`. */
      reason?: string;
    };
    answer: Delivery;
  };
  /** Sends one now that waits for its time, or that blocks its subject. */
  runDelivery: {
    params: {
      /** Its id, dlv_…. */
      id: string;
    };
    answer: Delivery;
  };
  /** Drops one that waits: it is not sent, and those behind it go on. */
  cancelDelivery: {
    params: {
      /** Its id, dlv_…. */
      id: string;
    };
    body?: {
      /** For colleagues: why. It is its `detail`. */
      reason?: string;
    };
    answer: Delivery;
  };
  /** The account's API keys, without the keys themselves. */
  listKeys: {
    query?: {
      /** How many a page has at most. */
      limit?: number;
      /** `next` of the page before; it is bound to its list and filter. */
      cursor?: string;
    };
    answer: {
      items: ApiKey[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Makes an API key. It is shown in this answer and never again. */
  createKey: {
    body: {
      name: string;
      scopes: ("publish" | "read" | "manage" | "admin")[];
    };
    answer: {
      id: string;
      name: string;
      scopes: ("publish" | "read" | "manage" | "admin")[];
      /** Its first characters. */
      hint: string;
      createdAt: string;
      revokedAt: string | null;
      key?: string;
    };
  };
  /** Revokes an API key; it stops working within 5 seconds. */
  revokeKey: {
    params: {
      /** Its id, key_…. */
      id: string;
    };
    answer: undefined;
  };
  /** All accounts of the installation. */
  listAccounts: {
    query?: {
      /** How many a page has at most. */
      limit?: number;
      /** `next` of the page before; it is bound to its list and filter. */
      cursor?: string;
    };
    answer: {
      items: Account[];
      /** The `cursor` of the next page; null on the last. */
      next: string | null;
    };
  };
  /** Makes an account. Name it in `Stellwerk-Account` to work in it with an admin key. */
  createAccount: {
    body: {
      name: string;
    };
    answer: Account;
  };
}

export type OperationName = keyof Operations;

/** How an operation is called; `creates`: honours an idempotency key. */
export const operations: Readonly<
  Record<OperationName, { readonly method: string; readonly path: string; readonly creates: boolean }>
> = {
  receiveHook: {"method":"POST","path":"/hooks/{token}","creates":true},
  publishEvents: {"method":"POST","path":"/v1/events","creates":true},
  listEvents: {"method":"GET","path":"/v1/events","creates":false},
  getLiveness: {"method":"GET","path":"/livez","creates":false},
  getReadiness: {"method":"GET","path":"/readyz","creates":false},
  getMetrics: {"method":"GET","path":"/metrics","creates":false},
  getOpenApi: {"method":"GET","path":"/openapi.json","creates":false},
  getDocs: {"method":"GET","path":"/docs","creates":false},
  getEvent: {"method":"GET","path":"/v1/events/{id}","creates":false},
  listVerdicts: {"method":"GET","path":"/v1/events/{id}/verdicts","creates":false},
  getEventBody: {"method":"GET","path":"/v1/events/{id}/body","creates":false},
  listEventTypes: {"method":"GET","path":"/v1/event-types","creates":false},
  getEventType: {"method":"GET","path":"/v1/event-types/{type}","creates":false},
  listSources: {"method":"GET","path":"/v1/sources","creates":false},
  createSource: {"method":"POST","path":"/v1/sources","creates":true},
  getSource: {"method":"GET","path":"/v1/sources/{id}","creates":false},
  updateSource: {"method":"PATCH","path":"/v1/sources/{id}","creates":false},
  deleteSource: {"method":"DELETE","path":"/v1/sources/{id}","creates":false},
  rotateSource: {"method":"POST","path":"/v1/sources/{id}/rotate","creates":true},
  listRejectedBodies: {"method":"GET","path":"/v1/sources/{id}/rejected","creates":false},
  listConnectors: {"method":"GET","path":"/v1/connectors","creates":false},
  getConnector: {"method":"GET","path":"/v1/connectors/{id}","creates":false},
  listConnections: {"method":"GET","path":"/v1/connections","creates":false},
  createConnection: {"method":"POST","path":"/v1/connections","creates":true},
  getConnection: {"method":"GET","path":"/v1/connections/{id}","creates":false},
  updateConnection: {"method":"PATCH","path":"/v1/connections/{id}","creates":false},
  deleteConnection: {"method":"DELETE","path":"/v1/connections/{id}","creates":false},
  revealConnectionSecrets: {"method":"POST","path":"/v1/connections/{id}/reveal","creates":false},
  rotateConnectionSecret: {"method":"POST","path":"/v1/connections/{id}/rotate-secret","creates":true},
  endConnectionOverlap: {"method":"POST","path":"/v1/connections/{id}/end-overlap","creates":false},
  testConnectionDraft: {"method":"POST","path":"/v1/connections/test","creates":false},
  testConnection: {"method":"POST","path":"/v1/connections/{id}/test","creates":false},
  listFieldOptions: {"method":"POST","path":"/v1/connections/{id}/options","creates":false},
  startOAuth: {"method":"POST","path":"/v1/connections/{id}/oauth/start","creates":false},
  finishOAuth: {"method":"GET","path":"/oauth/callback","creates":false},
  listInbox: {"method":"GET","path":"/v1/connections/{id}/inbox","creates":false},
  getPublicKeys: {"method":"GET","path":"/.well-known/webhook-keys/{id}","creates":false},
  pauseConnection: {"method":"POST","path":"/v1/connections/{id}/pause","creates":false},
  resumeConnection: {"method":"POST","path":"/v1/connections/{id}/resume","creates":false},
  listSubscriptions: {"method":"GET","path":"/v1/subscriptions","creates":false},
  createSubscription: {"method":"POST","path":"/v1/subscriptions","creates":true},
  getSubscription: {"method":"GET","path":"/v1/subscriptions/{id}","creates":false},
  updateSubscription: {"method":"PATCH","path":"/v1/subscriptions/{id}","creates":false},
  deleteSubscription: {"method":"DELETE","path":"/v1/subscriptions/{id}","creates":false},
  pauseSubscription: {"method":"POST","path":"/v1/subscriptions/{id}/pause","creates":false},
  resumeSubscription: {"method":"POST","path":"/v1/subscriptions/{id}/resume","creates":false},
  previewSubscription: {"method":"POST","path":"/v1/subscriptions/{id}/preview","creates":false},
  previewSubscriptionDraft: {"method":"POST","path":"/v1/subscriptions/preview","creates":false},
  testSubscription: {"method":"POST","path":"/v1/subscriptions/{id}/test","creates":true},
  testSubscriptionDraft: {"method":"POST","path":"/v1/subscriptions/test","creates":true},
  listDeliveries: {"method":"GET","path":"/v1/deliveries","creates":false},
  exportDeliveries: {"method":"GET","path":"/v1/deliveries/export","creates":false},
  getDelivery: {"method":"GET","path":"/v1/deliveries/{id}","creates":false},
  resendDelivery: {"method":"POST","path":"/v1/deliveries/{id}/resend","creates":true},
  resendDeliveries: {"method":"POST","path":"/v1/deliveries/resend","creates":true},
  resolveDelivery: {"method":"POST","path":"/v1/deliveries/{id}/resolve","creates":false},
  runDelivery: {"method":"POST","path":"/v1/deliveries/{id}/run","creates":false},
  cancelDelivery: {"method":"POST","path":"/v1/deliveries/{id}/cancel","creates":false},
  listKeys: {"method":"GET","path":"/v1/keys","creates":false},
  createKey: {"method":"POST","path":"/v1/keys","creates":true},
  revokeKey: {"method":"DELETE","path":"/v1/keys/{id}","creates":false},
  listAccounts: {"method":"GET","path":"/v1/accounts","creates":false},
  createAccount: {"method":"POST","path":"/v1/accounts","creates":true},
};
