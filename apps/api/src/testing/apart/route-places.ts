/** From the route table: every place of a request that takes an id, and a body that a route has answered well. */
import { formatId, type IdPrefix, newUuid } from "@stellwerk/delivery";
import type { z } from "zod";
import type { AnyRoute } from "../../http/register-routes.ts";
import { callsOf } from "../../openapi/examples.ts";
import { routes } from "../../routes.ts";

const PREFIXES = [
  "acc",
  "key",
  "src",
  "con",
  "sub",
  "evt",
  "dlv",
  "att",
  "rpl",
] as const satisfies readonly IdPrefix[];

export interface Call {
  readonly path: string;
  readonly body?: unknown;
}

export interface IdPlace {
  readonly route: AnyRoute;
  /** `GET /v1/deliveries?event=` */
  readonly name: string;
  readonly prefix: IdPrefix;
  /** `others` fills what else the request needs. */
  call(id: string, others: Readonly<Record<string, string>>): Call;
}

export function routeName(route: AnyRoute): string {
  return `${route.method} ${route.path}`;
}

/** In the path, in the query and in the body. A hook URL's token is no id: whoever has it may send. */
export function idPlaces(): IdPlace[] {
  return routes.flatMap((route) => [...inPath(route), ...inQuery(route), ...inBody(route)]);
}

function inPath(route: AnyRoute): IdPlace[] {
  return fieldsOf(route.params).flatMap(([field, prefix]) => [
    {
      route,
      name: `${routeName(route)} {${field}}`,
      prefix,
      call: (id, others) => ({ path: route.path.replace(`{${field}}`, id), ...bodyFor(route, others) }),
    },
  ]);
}

function inQuery(route: AnyRoute): IdPlace[] {
  if (!("query" in route)) return [];
  return fieldsOf(route.query).map(([field, prefix]) => ({
    route,
    name: `${routeName(route)}?${field}=`,
    prefix,
    call: (id, others) => ({ path: `${fillPath(route, others)}?${field}=${id}`, ...bodyFor(route, others) }),
  }));
}

function inBody(route: AnyRoute): IdPlace[] {
  return fieldsOf(route.body).map(([field, prefix]) => ({
    route,
    name: `${routeName(route)} body.${field}`,
    prefix,
    call: (id, others) => {
      const { body } = bodyFor(route, others);
      // The whole object instead of its id, where both can be given.
      const { [field.replace(/Id$/, "")]: _whole, ...rest } = body as Record<string, unknown>;
      return { path: fillPath(route, others), body: { ...rest, [field]: id } };
    },
  }));
}

/** The fields that take ids of one kind and of no other. */
function fieldsOf(schema: z.ZodType | undefined): [field: string, prefix: IdPrefix][] {
  return Object.entries(shapeOf(schema)).flatMap(([field, inner]) => {
    const taken = PREFIXES.filter((prefix) => inner.safeParse(formatId(prefix, newUuid())).success);
    return taken.length === 1 && taken[0] !== undefined ? [[field, taken[0]] as [string, IdPrefix]] : [];
  });
}

/** The fields of an object; none for anything else. */
export function shapeOf(schema: z.ZodType | undefined): Readonly<Record<string, z.ZodType>> {
  if (schema === undefined) return {};
  if ("shape" in schema) return schema.shape as Readonly<Record<string, z.ZodType>>;
  const inner = (schema.def as { innerType?: z.ZodType; in?: z.ZodType }).innerType;
  return shapeOf(inner);
}

/** A path with the account's own ids in it. */
export function fillPath(route: AnyRoute, ids: Readonly<Record<string, string>>): string {
  const prefixes = new Map(fieldsOf(route.params));
  return route.path.replaceAll(/\{(\w+)\}/g, (_whole, field: string) => {
    const prefix = prefixes.get(field);
    return (prefix === undefined ? undefined : ids[prefix]) ?? "unknown";
  });
}

/** A body that was answered well when the API's examples were recorded, with the account's own ids in it. */
export function bodyFor(route: AnyRoute, ids: Readonly<Record<string, string>>): { body?: unknown } {
  if (route.body === undefined) return {};
  const call = callsOf(route).find(({ answer }) => answer.status < 300);
  if (call === undefined) throw new Error(`${routeName(route)} has no example that was answered well`);
  const text = JSON.stringify(call.request.body ?? {});
  return {
    body: JSON.parse(
      text.replaceAll(/"([a-z]{3})_[0-7][0-9a-hjkmnp-tv-z]{25}"/g, (whole, prefix: string) =>
        ids[prefix] === undefined ? whole : JSON.stringify(ids[prefix]),
      ),
    ) as unknown,
  };
}
