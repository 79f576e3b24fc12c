/**
 * Refuses a connector that cannot work when it is loaded. What a person would miss but a machine would not (German
 * texts, help) is for the conformance suite.
 */
import type { Connection, Connector } from "../connector.ts";
import { fieldsOf } from "../json-schema.ts";
import { checkAction } from "./check-action.ts";
import { checkPreset } from "./check-preset.ts";
import { checkObject, checkTexts, firstTwice, refuse } from "./rules.ts";

const CONNECTOR_ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const HOST = /^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$|^\[[0-9a-f:.]+\]$/;
const KIT_RANGE = /^[\^~]?\d+(\.\d+){0,2}$/;
const LONGEST_ICON = 20_000;

export function checkConnector(connector: Connector): void {
  const { id, kit, hosts, icon, upstream } = connector;
  if (!CONNECTOR_ID.test(id)) {
    refuse(`a connector's id is lower case with hyphens, for example "campaign-monitor"; got "${id}"`);
  }
  if (kit !== undefined && !KIT_RANGE.test(kit)) {
    refuse(`${id}: \`kit\` is a range of the kit's versions, for example "^1"; got "${kit}"`);
  }
  checkTexts(id, connector);
  checkUrl(`${id}: \`homepage\``, connector.homepage);
  checkUrl(`${id}: \`upstream.changelog\``, upstream?.changelog);
  if (upstream?.name === "") refuse(`${id}: \`upstream.name\` is empty; name the vendor's interface`);
  if (icon !== undefined) checkIcon(id, icon);
  if (typeof hosts === "object") for (const host of hosts) checkHost(id, host);
  checkConnection(id, connector.connection);
  const actions = Object.entries(connector.actions);
  if (actions.length === 0) refuse(`${id}: \`actions\` is empty; add one with \`defineAction\``);
  for (const [name, action] of actions) checkAction(`${id}.${name}`, name, action, connector.connection);
  const presets = connector.presets ?? [];
  for (const preset of presets) checkPreset(connector, preset);
  const twice = firstTwice(presets.map((preset) => preset.id));
  if (twice !== undefined) refuse(`${id}: two presets have the id "${twice}"; give each its own`);
}

function checkConnection(id: string, connection: Connection): void {
  checkObject(`${id}: \`connection.settings\``, connection.settings);
  const secrets = fieldsOf(checkObject(`${id}: \`connection.secrets\``, connection.secrets));
  for (const list of ["credentials", "reveal"] as const) {
    for (const name of connection[list] ?? []) {
      if (!secrets.has(name)) {
        refuse(`${id}: \`connection.${list}\` names "${name}", which is no field of its secrets`);
      }
    }
  }
  const { auth } = connection;
  if (auth?.kind === "api_key" && auth.key !== undefined && !secrets.has(auth.key.secret)) {
    refuse(`${id}: \`auth: apiKey(…)\` names "${auth.key.secret}", which is no field of its secrets`);
  }
  if (auth?.kind === "none" && connection.authorise !== undefined) {
    refuse(`${id}: \`auth: none()\` and an \`authorise\` contradict each other; leave one of them out`);
  }
  for (const [name, limit] of Object.entries(connection.limits ?? {})) {
    if (typeof limit === "number" && !(limit > 0)) {
      refuse(`${id}: \`connection.limits.${name}\` must be above 0; got ${limit}`);
    }
  }
}

function checkHost(id: string, host: string): void {
  if (HOST.test(host)) return;
  const alone = URL.parse(host)?.hostname ?? "";
  const example = alone === "" ? "slack.com or *.salesforce.com" : alone;
  refuse(`${id}: \`hosts\` has "${host}"; write the host alone, in lower case: ${example}`);
}

function checkUrl(what: string, url: string | undefined): void {
  if (url === undefined || URL.parse(url)?.protocol === "https:") return;
  refuse(`${what} is an address that begins with https://; got "${url}"`);
}

/** It is shown inside our pages: nothing in it may run, or ask another server. */
function checkIcon(id: string, icon: string): void {
  const problem = !icon.trimStart().startsWith("<svg")
    ? "begins with <svg"
    : /<script|<foreignObject|\son\w+\s*=|href|url\(|@import/i.test(icon)
      ? "has no scripts, handlers or addresses"
      : icon.length > LONGEST_ICON
        ? `has at most ${LONGEST_ICON} characters`
        : undefined;
  if (problem !== undefined) refuse(`${id}: \`icon\` is an SVG as text that ${problem}`);
}
