export { checkHistory } from "./check-history.ts";
export type { Finding } from "./check-history.ts";
export type { Claim, HistoryEntry, HistoryLine, OutcomeLine, RoutedLine } from "./line.ts";
export { openHistory } from "./open-history.ts";
export type { History } from "./open-history.ts";
export { readHistory } from "./read-history.ts";
