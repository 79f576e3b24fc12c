export { fieldsWithoutText } from "./fields-without-text.ts";
export { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from "./localhost-certificate.ts";
export { openNameServer } from "./open-name-server.ts";
export type { NameAnswer, NameServer } from "./open-name-server.ts";
export { openOfflineNetwork } from "./offline-network.ts";
export type { OfflineNetworkOptions, WatchedNetwork } from "./offline-network.ts";
export { openReceiver, openSocketServer, openTlsReceiver } from "./open-receiver.ts";
export type { Answer, ReceivedRequest, Receiver } from "./open-receiver.ts";
