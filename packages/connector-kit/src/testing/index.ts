export { fieldsWithoutText } from "./fields-without-text.ts";
export { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from "./localhost-certificate.ts";
export { openReceiver, openSocketServer, openTlsReceiver } from "./open-receiver.ts";
export type { Answer, ReceivedRequest, Receiver } from "./open-receiver.ts";
