/** Kafka's jars: resolved with Maven at the first use, kept in `.cache/kafka/<version>/`. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { KafkaMissingError } from "./errors.ts";
import { runProgram } from "./run-program.ts";

const KAFKA_VERSION = "4.3.1";
/** The slf4j that Kafka itself depends on. */
const SLF4J_VERSION = "1.7.36";
const OLDEST_JAVA = 17;
const CACHE = join(import.meta.dirname, "../../../.cache/kafka");

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>stellwerk</groupId>
  <artifactId>kafka-broker</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>${SLF4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

export interface Jars {
  readonly classPath: string;
  /** Java's archive of the loaded classes: up in 1.9 s instead of 2.8. Made when a first broker stops. */
  readonly archive: string;
}

/** Throws a KafkaMissingError when Java or Maven are not there. */
export async function resolveJars(onProgress: (text: string) => void): Promise<Jars> {
  await requireJava();
  const folder = join(CACHE, KAFKA_VERSION);
  if (!existsSync(folder)) await download(folder, onProgress);
  return { classPath: join(folder, "*"), archive: `${folder}.jsa` };
}

async function requireJava(): Promise<void> {
  const { exitCode, output } = await runProgram("java", ["-version"]);
  const version = Number(/version "(\d+)/.exec(output)?.[1] ?? 0);
  if (exitCode === 0 && version >= OLDEST_JAVA) return;
  const found = exitCode === 0 ? `this machine's is ${version}` : "there is none on this machine";
  throw new KafkaMissingError(
    `it needs Java ${OLDEST_JAVA} or newer, ${found}. Install it, for example with ` +
      "`apt-get install openjdk-17-jre-headless` or `brew install openjdk@17`.",
  );
}

/** Into a folder of its own first: two that start together both finish, and neither sees half of it. */
async function download(folder: string, onProgress: (text: string) => void): Promise<void> {
  const staging = `${folder}.${process.pid}`;
  mkdirSync(staging, { recursive: true });
  const pom = join(dirname(folder), `pom.${process.pid}.xml`);
  writeFileSync(pom, POM);
  try {
    onProgress(`Apache Kafka ${KAFKA_VERSION} is downloaded once (44 MB), with Maven …`);
    const args = ["-B", "-f", pom, "dependency:copy-dependencies", "-DincludeScope=runtime"];
    const end = await runProgram("mvn", [...args, `-DoutputDirectory=${staging}`], (line) => {
      const jar = /Copying (\S+\.jar)/.exec(line)?.[1];
      if (jar !== undefined) onProgress(`  ${jar}`);
    });
    if (end.exitCode === 127) {
      throw new KafkaMissingError(
        "its jars are fetched with Maven, which is not on this machine. Install it, for example with " +
          "`apt-get install maven` or `brew install maven`.",
      );
    }
    if (end.exitCode !== 0 || readdirSync(staging).length === 0) {
      throw new KafkaMissingError(`Maven could not fetch its jars:\n${lastLines(end.output, 15)}`);
    }
    if (!existsSync(folder)) renameSync(staging, folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
    rmSync(pom, { force: true });
  }
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
