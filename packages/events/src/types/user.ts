/** A person of the agency, as the platform's sample shows one. */
import { z } from "zod";
import { described } from "./described.ts";
import { inShapeOrder } from "./shape-order.ts";

const userShape = {
  id: described(z.int(), ["User id"], ["Benutzer-ID"]),
  name: described(z.string(), ["Full name"], ["Voller Name"]),
  email: described(z.string(), ["E-mail address"], ["E-Mail-Adresse"]),
  role: described(
    z.string(),
    ["Role", "Seen: Sales, Admin. The platform also has Support, Design and Editor."],
    ["Rolle", "Gesehen: Sales, Admin. Die Plattform kennt außerdem Support, Design und Editor."],
  ),
  pending: described(
    z.boolean(),
    ["Invitation pending", "True until the person has accepted the invitation."],
    ["Einladung offen", "Wahr, bis die Person die Einladung angenommen hat."],
  ),
  active: described(z.boolean(), ["Active"], ["Aktiv"]),
  forename: described(z.string(), ["First name"], ["Vorname"]),
  surname: described(z.string(), ["Last name"], ["Nachname"]),
  image: described(z.string().nullable(), ["Picture", "Its path or null."], ["Bild", "Pfad oder null."]),
};

export const userSchema = described(
  z.looseObject(userShape),
  ["User", "A person of the agency."],
  ["Benutzer", "Eine Person der Agentur."],
  "User",
);

export type User = z.infer<typeof userSchema>;

type KnownUser = z.infer<z.ZodObject<typeof userShape>>;

/** What a producer has to say about a person; the rest follows from it. */
export type UserInput = Pick<KnownUser, "id" | "name" | "email" | "role"> & Partial<KnownUser>;

export function buildUser(input: UserInput): User {
  const lastSpace = input.name.lastIndexOf(" ");
  return inShapeOrder(userShape, {
    pending: false,
    active: true,
    forename: lastSpace === -1 ? input.name : input.name.slice(0, lastSpace),
    surname: lastSpace === -1 ? "" : input.name.slice(lastSpace + 1),
    image: null,
    ...input,
  });
}

export function buildPerson(input: UserInput | null | undefined): User | null {
  return input == null ? null : buildUser(input);
}
