/** The client: what can be done, by what it is done to. */
import { type Call, type CallAnswer, type CallInput, createCall } from "./call.ts";
import type { OperationName, Operations } from "./generated/api-types.ts";
import { createList, type List } from "./list.ts";
import type { ChangeOptions, ClientOptions, RequestOptions } from "./options.ts";

type BodyOf<Name extends OperationName> = Operations[Name] extends { body?: infer Found }
  ? NonNullable<Found>
  : never;
type QueryOf<Name extends OperationName> = Operations[Name] extends { query?: infer Found } ? Found : never;
type ItemOf<Name extends OperationName> = CallAnswer<Name> extends { items: (infer Found)[] } ? Found : never;

type PublishAnswer = CallAnswer<"publishEvents">;
type OneEvent = Extract<PublishAnswer, { id: string }>;
type ManyEvents = Extract<PublishAnswer, { items: unknown }>;
type NewEvent = Exclude<BodyOf<"publishEvents">, unknown[]>;

export type Client = ReturnType<typeof createClient>;

export function createClient(options: ClientOptions) {
  const call = createCall(options);
  return {
    /** Any operation by its name in the API's description. */
    call,
    events: eventsOf(call),
    eventTypes: {
      list: lister(call, "listEventTypes"),
      get: (type: string, rest?: RequestOptions) => call("getEventType", { params: { type } }, rest),
    },
    sources: {
      list: lister(call, "listSources"),
      create: creator(call, "createSource"),
      get: byId(call, "getSource"),
      update: changer(call, "updateSource"),
      delete: byId(call, "deleteSource"),
      /** A new hook URL; the one before goes on working for `overlap`. */
      rotate: doer(call, "rotateSource"),
      /** What its hook URL refused, and why. */
      rejected: innerLister(call, "listRejectedBodies"),
    },
    connectors: {
      list: lister(call, "listConnectors"),
      get: byId(call, "getConnector"),
    },
    connections: {
      list: lister(call, "listConnections"),
      create: creator(call, "createConnection"),
      get: byId(call, "getConnection"),
      update: changer(call, "updateConnection"),
      delete: byId(call, "deleteConnection"),
      /** Secrets that may be shown again, such as a webhook's signing secret. */
      reveal: byId(call, "revealConnectionSecrets"),
      inbox: innerLister(call, "listInbox"),
      /** Separate checks, each with what to do; one that passes lets a stopped connection go on. */
      test: byId(call, "testConnection"),
      testDraft: creator(call, "testConnectionDraft"),
      /** Live choices of a field. */
      options: changer(call, "listFieldOptions"),
      /** Where to send the browser of whoever connects it. */
      startOAuth: byId(call, "startOAuth"),
      pause: doer(call, "pauseConnection"),
      resume: byId(call, "resumeConnection"),
      /** A new signing secret; the one before goes on signing as well for `overlap`. */
      rotateSecret: doer(call, "rotateConnectionSecret"),
      endOverlap: byId(call, "endConnectionOverlap"),
      /** The public keys of a webhook that signs with `v1a`. */
      publicKeys: byId(call, "getPublicKeys"),
    },
    subscriptions: {
      list: lister(call, "listSubscriptions"),
      create: creator(call, "createSubscription"),
      get: byId(call, "getSubscription"),
      update: changer(call, "updateSubscription"),
      delete: byId(call, "deleteSubscription"),
      /** What it would send for an event, and why, or why not. */
      preview: doer(call, "previewSubscription"),
      previewDraft: creator(call, "previewSubscriptionDraft"),
      /** Sends one for real. */
      test: doer(call, "testSubscription"),
      testDraft: creator(call, "testSubscriptionDraft"),
      pause: doer(call, "pauseSubscription"),
      resume: doer(call, "resumeSubscription"),
    },
    deliveries: {
      list: lister(call, "listDeliveries"),
      get: byId(call, "getDelivery"),
      /** Sends one again that is final. */
      resend: changer(call, "resendDelivery"),
      /** Sends many again, in portions; `dryRun` counts them first. */
      resendMany: creator(call, "resendDeliveries"),
      /** Decides about one that is held, or in doubt. */
      resolve: changer(call, "resolveDelivery"),
      /** Sends one now that waits. */
      run: byId(call, "runDelivery"),
      /** Drops one that waits. */
      cancel: doer(call, "cancelDelivery"),
      /** As a file, for a spreadsheet. */
      export: (query?: QueryOf<"exportDeliveries">, rest?: RequestOptions) =>
        call("exportDeliveries", query === undefined ? {} : { query }, rest),
    },
    keys: {
      list: lister(call, "listKeys"),
      /** `key` is in this answer alone. It is missing when an attempt was lost and repeated: then make another. */
      create: creator(call, "createKey"),
      revoke: byId(call, "revokeKey"),
    },
    accounts: {
      list: lister(call, "listAccounts"),
      create: creator(call, "createAccount"),
    },
  };
}

function eventsOf(call: Call) {
  function publish(event: NewEvent, rest?: RequestOptions): Promise<OneEvent>;
  function publish(events: NewEvent[], rest?: RequestOptions): Promise<ManyEvents>;
  function publish(body: NewEvent | NewEvent[], rest?: RequestOptions): Promise<PublishAnswer> {
    return call("publishEvents", { body }, rest);
  }
  return {
    /** Answers when it is durable. Of an array, each item has its id or its error. */
    publish,
    list: lister(call, "listEvents"),
    get: byId(call, "getEvent"),
    /** Why: what every subscription made of it. */
    verdicts: innerLister(call, "listVerdicts"),
    /** The bytes as they came, with their content type. */
    body: byId(call, "getEventBody"),
  };
}

/** Names of the operations whose input has these parts. */
type NamesWith<Part> = {
  [Name in OperationName]: Operations[Name] extends Part ? Name : never;
}[OperationName];
type Listing = NamesWith<{ answer: { items: unknown[]; next: string | null } }>;
type ById = NamesWith<{ params: { id: string } }>;

/* What follows joins a method's arguments to an operation's input; the casts say what `NamesWith` promises. */

function lister<Name extends Listing>(call: Call, name: Name) {
  return (query?: QueryOf<Name>, rest?: RequestOptions): List<ItemOf<Name>> =>
    createList((cursor) =>
      pageOf<Name>(call(name, { query: withCursor(query, cursor) } as unknown as CallInput<Name>, rest)),
    );
}

/** Of what belongs to something: a source's rejected bodies. */
function innerLister<Name extends Listing & ById>(call: Call, name: Name) {
  return (id: string, query?: QueryOf<Name>, rest?: RequestOptions): List<ItemOf<Name>> =>
    createList((cursor) => {
      const input: unknown = { params: { id }, query: withCursor(query, cursor) };
      return pageOf<Name>(call(name, input as CallInput<Name>, rest));
    });
}

/** What needs an id and nothing else. */
function byId<Name extends ById>(call: Call, name: Name) {
  return (id: string, rest?: ChangeOptions): Promise<CallAnswer<Name>> => {
    const input: unknown = { params: { id } };
    return call(name, input as CallInput<Name>, rest);
  };
}

function creator<Name extends NamesWith<{ body: unknown }>>(call: Call, name: Name) {
  return (body: BodyOf<Name>, rest?: RequestOptions): Promise<CallAnswer<Name>> => {
    const input: unknown = { body };
    return call(name, input as CallInput<Name>, rest);
  };
}

function changer<Name extends ById>(call: Call, name: Name) {
  return (id: string, body: BodyOf<Name>, rest?: ChangeOptions): Promise<CallAnswer<Name>> => {
    const input: unknown = { params: { id }, body };
    return call(name, input as CallInput<Name>, rest);
  };
}

/** Like `changer`, for what needs no word more than its id. */
function doer<Name extends ById>(call: Call, name: Name) {
  return (id: string, body?: BodyOf<Name>, rest?: ChangeOptions): Promise<CallAnswer<Name>> => {
    const input: unknown = { params: { id }, ...(body !== undefined && { body }) };
    return call(name, input as CallInput<Name>, rest);
  };
}

function withCursor(query: unknown, cursor: string | undefined): object {
  return { ...(query as object | undefined), ...(cursor !== undefined && { cursor }) };
}

function pageOf<Name extends OperationName>(answer: Promise<unknown>) {
  return answer as Promise<{ items: ItemOf<Name>[]; next: string | null }>;
}
