/**
 * The hottest addresses, answered in front of express: its routing, its prototypes and its final handler took 3 % of
 * a standalone process under load, and a hook needs none of them. Whatever is not plainly such an address goes to
 * express.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** Answers its errors by itself. */
export type DirectHandler = (
  request: IncomingMessage & { readonly params: Readonly<Record<string, string>> },
  response: ServerResponse,
) => Promise<void>;

export interface DirectRoute {
  readonly method: string;
  /** One parameter, at its end: `/hooks/{token}`. */
  readonly path: string;
  readonly handle: DirectHandler;
}

/** Characters that no decoding changes. */
const PLAIN = /^[\w-]+$/;

export function answerDirectly(routes: readonly DirectRoute[], otherwise: RequestListener): RequestListener {
  const known = routes.map(({ method, path, handle }) => {
    const [start = "", name = ""] = path.split(/[{}]/);
    return { method, start, name, handle };
  });
  return (request, response) => {
    const { method, url = "" } = request;
    for (const route of known) {
      if (method !== route.method || !url.startsWith(route.start)) continue;
      const queryAt = url.indexOf("?");
      const value = url.slice(route.start.length, queryAt === -1 ? undefined : queryAt);
      if (!PLAIN.test(value)) break;
      route
        .handle(Object.assign(request, { params: { [route.name]: value } }), response)
        // A mistake of ours costs this connection, and not the process.
        .catch(() => response.destroy());
      return;
    }
    otherwise(request, response);
  };
}
