export { startDispatcher } from "./start-dispatcher.ts";
export type { Dispatcher, DispatcherOptions } from "./start-dispatcher.ts";
