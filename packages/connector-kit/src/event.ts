/** The event as a connector sees it. */

export interface ConnectorEvent {
  /** `evt_…` */
  readonly id: string;
  readonly type: string;
  readonly subject?: string | undefined;
  readonly time: Date;
  /** `src_…`, or `operations` for what the platform tells of itself. */
  readonly source: string;
  readonly contentType: string;
  /** The bytes as they were received. */
  readonly body: Uint8Array;
  /** The body as JSON, parsed when first asked for; undefined when it is not JSON. */
  readonly data: unknown;
}

export type ConnectorEventFields = Omit<ConnectorEvent, "data"> & {
  /** Supplies `data` for a body that is not JSON, for example a form. Called at most once. */
  readonly readData?: (() => unknown) | undefined;
};

/**
 * Most attempts forward the bytes and never look inside, so `data` costs nothing until it is read.
 *
 * @example
 * const event = connectorEvent({ id, type, subject, time, source, contentType, body });
 */
export function connectorEvent(fields: ConnectorEventFields): ConnectorEvent {
  const { readData, ...plain } = fields;
  let parsed: { readonly data: unknown } | undefined;
  return {
    ...plain,
    get data() {
      parsed ??= { data: readData === undefined ? parseJson(fields.body) : readData() };
      return parsed.data;
    },
  };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}
