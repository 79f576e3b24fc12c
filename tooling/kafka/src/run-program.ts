/** Runs a program to its end. */
import { spawn } from "node:child_process";

export interface ProgramEnd {
  /** 127: it is not there. */
  readonly exitCode: number;
  readonly output: string;
}

export function runProgram(
  program: string,
  args: readonly string[],
  onLine: (line: string) => void = () => {},
): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const onData = (chunk: Buffer) => {
      output += String(chunk);
      for (const line of String(chunk).split("\n")) if (line.trim() !== "") onLine(line);
    };
    child.stdout.on("data", onData);
    child.stderr.on("data", onData);
    child.once("error", (error) => resolve({ exitCode: 127, output: error.message }));
    child.once("close", (code) => resolve({ exitCode: code ?? 1, output }));
  });
}
