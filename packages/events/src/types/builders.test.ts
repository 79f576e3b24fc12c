import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  domainCreated,
  eventTypeOf,
  formSubmitted,
  InvalidEventError,
  logCreated,
  parseEvent,
  todoCreated,
  websiteCreated,
  websiteStatusChanged,
  websiteTodoAssigneeChanged,
} from "../index.ts";
import type { WebsiteInput, WebsiteStatusChanged } from "../index.ts";

const fixture = JSON.parse(
  readFileSync(new URL("../../fixtures/website_status_changed.json", import.meta.url), "utf8"),
) as WebsiteStatusChanged;

const website = { id: 321654, title: "Harry's Diner", status: "Done" };
const lisa = { id: 122, name: "Lisa Webdesign", email: "lisa-webdesign@agency.com", role: "Admin" };

describe("websiteStatusChanged", () => {
  test("gives the platform's bytes, whatever order the producer used", () => {
    const shuffled = Object.fromEntries(
      Object.entries(fixture.website).toReversed(),
    ) as typeof fixture.website;
    const built = websiteStatusChanged({ previousStatus: "Publish", website: shuffled });
    expect(JSON.stringify(built)).toBe(JSON.stringify(fixture));
  });

  test("fills in what follows from the rest", () => {
    expect(
      websiteStatusChanged({
        website: { ...website, domain: "example.com", closed_by: lisa },
        previousStatus: "Publish",
      }),
    ).toEqual({
      event: "website_status_changed",
      website: {
        image: "/website/321654/screenshot",
        id: 321654,
        title: "Harry's Diner",
        domain: "example.com",
        published_status: false,
        has_domains: true,
        domains: ["example.com"],
        status: "Done",
        due_date: null,
        assigned_to: null,
        closed_by: {
          ...lisa,
          pending: false,
          active: true,
          forename: "Lisa",
          surname: "Webdesign",
          image: null,
        },
        designed_by: null,
        serviced_by: null,
        following: false,
        tags: [],
        badges: [],
        meta: {},
      },
      previousStatus: "Publish",
    });
  });

  test("has the fields of its schema in the schema's order", () => {
    const built = websiteStatusChanged({ website, previousStatus: "Publish" });
    expect(Object.keys(built.website)).toEqual(Object.keys(fixture.website));
  });

  test("tells plain JavaScript what is missing", () => {
    const withoutTitle = { id: 1, status: "Done" } as WebsiteInput;
    const build = () => websiteStatusChanged({ website: withoutTitle, previousStatus: "Publish" });
    expect(build).toThrow("website.title: expected a text, received nothing");
    expect(build).toThrow(InvalidEventError);
    // @ts-expect-error: everything is required
    expect(() => websiteStatusChanged({})).toThrow(InvalidEventError);
  });
});

describe("builders of the other types", () => {
  test.each([
    ["website_created", websiteCreated({ website })],
    [
      "log_created",
      logCreated({
        website,
        log: { id: 1, type: "internal", message: "Called", created_at: "2026-11-23T09:20:00Z", user: lisa },
      }),
    ],
    ["todo_created", todoCreated({ website, todo: { id: 2, title: "Call Harry", assigned_to: lisa } })],
    [
      "website_todo_assignee_changed",
      websiteTodoAssigneeChanged({ website, todo: { id: 2, title: "Call Harry" }, previousAssignee: lisa }),
    ],
    ["domain_created", domainCreated({ website, domain: { id: 3, name: "harrys.example" } })],
    ["form_submitted", formSubmitted({ fields: { email: "erika@example.org" } })],
  ])("%s has the fields of its sample in the sample's order", (name, built) => {
    expect(parseEvent(built)).toEqual({ ok: true, known: true, event: built });
    const sample = eventTypeOf(name)!.samples.at(-1)!.data;
    expect(shapeOf(built)).toEqual(shapeOf(sample));
  });
});

/** Names of fields, two levels deep, in their order. */
function shapeOf(event: object) {
  return Object.entries(event).map(([name, value]) =>
    ["website", "todo", "log", "domain", "form"].includes(name) ? [name, Object.keys(value as object)] : name,
  );
}
