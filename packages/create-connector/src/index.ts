export { AUTH_KINDS, QUESTIONS } from "./answers.ts";
export type { Answers, AuthKind, Question } from "./answers.ts";
export { ask, MissingAnswerError } from "./ask.ts";
export type { Flags } from "./ask.ts";
export { FolderExistsError, generate } from "./generate.ts";
export { packageName } from "./package-files.ts";
export type { Home, Versions } from "./package-files.ts";
export { VERSIONS } from "./versions.ts";
