/** TplTitle: what it is called, what it reaches, what it can do. */
import { defineConnector } from "@stellwerk/connector-kit";
import { connection } from "./connection.ts";
import { tplAction } from "./tpl-action.ts";

export const connector = defineConnector({
  id: "tpl-id",
  title: { en: "TplTitle", de: "TplTitle" },
  summary: { en: "Sends events to TplTitle.", de: "Sendet Ereignisse an TplTitle." },
  kit: "^1",
  // Everything that requests may reach; add what the vendor's API is at.
  hosts: ["api.tpl-id.example"],
  connection,
  actions: { tpl_action: tplAction },
});
