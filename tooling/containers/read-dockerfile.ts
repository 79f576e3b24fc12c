/** What of a Dockerfile our checks need: its instructions, in order, with continued lines joined. */

export interface Instruction {
  /** "FROM", "RUN", … */
  readonly name: string;
  readonly value: string;
}

export function readDockerfile(text: string): Instruction[] {
  return text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", value = ""] = /^(\w+)\s+(.+)$/.exec(line.trim()) ?? [];
      return { name: name.toUpperCase(), value };
    });
}

export function valuesOf(instructions: readonly Instruction[], name: string): string[] {
  return instructions.filter((each) => each.name === name).map((each) => each.value);
}
