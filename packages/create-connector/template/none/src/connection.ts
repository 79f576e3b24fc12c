/** What somebody enters to connect TplTitle: nothing, it is open to everybody. */
import { defineConnection, none } from "@stellwerk/connector-kit";
import { z } from "zod";

export const API = "https://api.tpl-id.example/v1";

export const connection = defineConnection({
  settings: z.strictObject({}),
  secrets: z.strictObject({}),
  auth: none(),
});
