/** A new to-do. Its payload is assumed. */
import type { z } from "zod";
import { buildKnown } from "./build-known.ts";
import { defineEventType } from "./define-event-type.ts";
import { harrysDiner, johnDoe, lisaWebdesign } from "./sample-parts.ts";
import { buildTodo, todoSchema } from "./todo.ts";
import type { TodoInput } from "./todo.ts";
import { assumedWebsiteSchema, buildWebsite } from "./website.ts";
import type { WebsiteInput } from "./website.ts";

export const todoCreatedType = defineEventType({
  name: "todo_created",
  version: 1,
  title: { en: "To-do created", de: "To-do angelegt" },
  description: {
    en: "A to-do was created, by hand or automatically. A website that enters a status for the first time may bring several at once.",
    de: "Ein To-do wurde angelegt, von Hand oder automatisch. Kommt eine Website zum ersten Mal in einen Status, können es mehrere zugleich sein.",
  },
  documented: false,
  shape: { website: assumedWebsiteSchema.optional(), todo: todoSchema.optional() },
  samples: [
    {
      name: "automated",
      title: {
        en: "The platform makes a to-do for a new status",
        de: "Die Plattform legt ein To-do zum neuen Status an",
      },
      documented: false,
      data: {
        event: "todo_created",
        website: harrysDiner("Creation"),
        todo: buildTodo({
          id: 55501,
          title: "Choose a template",
          automated: true,
          assigned_to: lisaWebdesign,
        }),
      },
    },
    {
      name: "by-hand",
      title: { en: "John makes a to-do for nobody yet", de: "John legt ein To-do an, noch für niemanden" },
      documented: false,
      data: {
        event: "todo_created",
        website: harrysDiner("Revision"),
        todo: buildTodo({
          id: 55502,
          title: "Change the opening hours",
          description: "Closed on Mondays",
          due_date: "2026-11-30",
          created_by: johnDoe,
        }),
      },
    },
  ],
});

export type TodoCreated = z.infer<typeof todoCreatedType.schema>;

/**
 * @example
 * todoCreated({ website, todo: { id: 55502, title: "Change the opening hours" } })
 */
export function todoCreated(input: {
  readonly website: WebsiteInput;
  readonly todo: TodoInput;
}): TodoCreated {
  return buildKnown(todoCreatedType, () => ({
    event: todoCreatedType.name,
    website: buildWebsite(input.website),
    todo: buildTodo(input.todo),
  }));
}
