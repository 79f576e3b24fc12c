/** A to-do. Its shape is assumed: the platform has not published one. */
import { z } from "zod";
import { described } from "./described.ts";
import { inShapeOrder } from "./shape-order.ts";
import { buildPerson, userSchema } from "./user.ts";
import type { User, UserInput } from "./user.ts";

const todoShape = {
  id: described(z.int(), ["To-do id"], ["To-do-ID"]),
  title: described(z.string(), ["Title"], ["Titel"]),
  description: described(z.string().nullable(), ["Description"], ["Beschreibung"]),
  done: described(z.boolean(), ["Done"], ["Erledigt"]),
  due_date: described(z.string().nullable(), ["Due date"], ["Fälligkeit"]),
  automated: described(
    z.boolean(),
    [
      "Made automatically",
      "True when the platform's automation made it, as it does when a website enters a status.",
    ],
    [
      "Automatisch angelegt",
      "Wahr, wenn die Automation der Plattform es angelegt hat, etwa bei einem neuen Status.",
    ],
  ),
  assigned_to: described(
    userSchema.nullable(),
    ["Assigned to", "Null: nobody."],
    ["Zugewiesen an", "Null: niemand."],
  ),
  created_by: described(
    userSchema.nullable(),
    ["Created by", "Null: nobody, the platform did."],
    ["Angelegt von", "Null: niemand, sondern die Plattform."],
  ),
};

export const todoSchema = described(
  z.looseObject(todoShape).partial(),
  ["To-do", "An assumption; any field may be missing."],
  ["To-do", "Eine Annahme; jedes Feld kann fehlen."],
  "Todo",
);

export type Todo = z.infer<typeof todoSchema>;

type KnownTodo = z.infer<z.ZodObject<typeof todoShape>>;
type PersonField = "assigned_to" | "created_by";

export type TodoInput = Pick<KnownTodo, "id" | "title"> &
  Partial<Omit<KnownTodo, PersonField>> & { readonly [Field in PersonField]?: UserInput | User | null };

export function buildTodo(input: TodoInput): Todo {
  return inShapeOrder(todoShape, {
    description: null,
    done: false,
    due_date: null,
    automated: false,
    ...input,
    assigned_to: buildPerson(input.assigned_to),
    created_by: buildPerson(input.created_by),
  });
}
