/** A to-do changed hands. Its payload is assumed. */
import type { z } from "zod";
import { buildKnown } from "./build-known.ts";
import { defineEventType } from "./define-event-type.ts";
import { described } from "./described.ts";
import { harrysDiner, johnDoe, lisaWebdesign } from "./sample-parts.ts";
import { buildTodo, todoSchema } from "./todo.ts";
import type { TodoInput } from "./todo.ts";
import { buildPerson, userSchema } from "./user.ts";
import type { User, UserInput } from "./user.ts";
import { assumedWebsiteSchema, buildWebsite } from "./website.ts";
import type { WebsiteInput } from "./website.ts";

const openingHours = { id: 55502, title: "Change the opening hours", created_by: johnDoe };

export const websiteTodoAssigneeChangedType = defineEventType({
  name: "website_todo_assignee_changed",
  version: 1,
  title: { en: "To-do reassigned", de: "To-do neu zugewiesen" },
  description: {
    en: "A to-do was given to somebody else, or to nobody.",
    de: "Ein To-do wurde jemand anderem zugewiesen – oder niemandem mehr.",
  },
  documented: false,
  shape: {
    website: assumedWebsiteSchema.optional(),
    todo: described(
      todoSchema.optional(),
      ["To-do", "todo.assigned_to is the new assignee; null is nobody."],
      ["To-do", "todo.assigned_to ist, wer es jetzt hat; null ist niemand."],
    ),
    previousAssignee: described(
      userSchema.nullish(),
      ["Previous assignee", "Null: nobody had it."],
      ["Vorher zugewiesen an", "Null: niemand hatte es."],
    ),
  },
  samples: [
    {
      name: "to-lisa",
      title: { en: "John hands a to-do to Lisa", de: "John gibt ein To-do an Lisa" },
      documented: false,
      data: {
        event: "website_todo_assignee_changed",
        website: harrysDiner("Revision"),
        todo: buildTodo({ ...openingHours, assigned_to: lisaWebdesign }),
        previousAssignee: johnDoe,
      },
    },
    {
      name: "to-nobody",
      title: { en: "A to-do is nobody's any more", de: "Ein To-do gehört niemandem mehr" },
      documented: false,
      data: {
        event: "website_todo_assignee_changed",
        website: harrysDiner("Revision"),
        todo: buildTodo(openingHours),
        previousAssignee: lisaWebdesign,
      },
    },
  ],
});

export type WebsiteTodoAssigneeChanged = z.infer<typeof websiteTodoAssigneeChangedType.schema>;

/**
 * @example
 * websiteTodoAssigneeChanged({ website, todo: { id: 55502, title: "Change …", assigned_to: lisa }, previousAssignee: null })
 */
export function websiteTodoAssigneeChanged(input: {
  readonly website: WebsiteInput;
  readonly todo: TodoInput;
  readonly previousAssignee: UserInput | User | null;
}): WebsiteTodoAssigneeChanged {
  return buildKnown(websiteTodoAssigneeChangedType, () => ({
    event: websiteTodoAssigneeChangedType.name,
    website: buildWebsite(input.website),
    todo: buildTodo(input.todo),
    previousAssignee: buildPerson(input.previousAssignee),
  }));
}
