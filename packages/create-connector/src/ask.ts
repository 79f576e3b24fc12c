/** Takes the answers from the command line, and asks for those that are missing when somebody is there to answer. */
import { createInterface } from "node:readline/promises";
import { type Answers, QUESTIONS } from "./answers.ts";

export type Flags = Partial<Readonly<Record<keyof Answers, string>>>;

export class MissingAnswerError extends Error {
  readonly code = "create.missing_answer";
  constructor(message: string) {
    super(message);
    this.name = "MissingAnswerError";
  }
}

export async function ask(
  flags: Flags,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
): Promise<Answers> {
  const answers: Record<string, string> = {};
  const isThere = input.isTTY && output.isTTY;
  const terminal = isThere ? createInterface({ input, output }) : undefined;
  try {
    for (const { name, asks, proposal, problem } of QUESTIONS) {
      const proposed = proposal(answers);
      let answer = flags[name] ?? (terminal === undefined ? proposed : undefined);
      for (;;) {
        answer ??= (await terminal?.question(`${asks}${proposed === "" ? "" : ` [${proposed}]`}: `))?.trim();
        if (answer === "" || answer === undefined) answer = proposed;
        const wrong = problem(answer);
        if (wrong === undefined) break;
        if (terminal === undefined || flags[name] !== undefined)
          throw new MissingAnswerError(`--${name}: ${wrong}`);
        output.write(`  ${wrong}\n`);
        answer = undefined;
      }
      answers[name] = answer;
    }
  } finally {
    terminal?.close();
  }
  // Each was judged by its question.
  return answers as unknown as Answers;
}
