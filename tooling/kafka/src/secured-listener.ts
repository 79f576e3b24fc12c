/** A listener with TLS and SASL (plain and scram), with a certificate and a user of its own. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./run-program.ts";
import type { NodePlace } from "./server-properties.ts";

export interface SecuredListener {
  readonly broker: string;
  /** Signed the broker's certificate, which is for `localhost`; PEM. */
  readonly ca: string;
  readonly username: string;
  readonly password: string;
}

export interface OpenedListener {
  readonly listener: SecuredListener;
  readonly formatArgs: readonly string[];
  settings(node: NodePlace): Record<string, string>;
}

const MECHANISMS = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];

export async function openSecuredListener(folder: string, port: number): Promise<OpenedListener> {
  const [username, password] = ["stellwerk", randomBytes(12).toString("hex")];
  const keystore = join(folder, "broker.p12");
  const certificate = join(folder, "broker.pem");
  const store = ["-keystore", keystore, "-storepass", password, "-alias", "broker"];
  await keytool(
    "-genkeypair",
    "-keyalg",
    "EC",
    "-dname",
    "CN=localhost",
    "-ext",
    "SAN=dns:localhost",
    ...store,
  );
  await keytool("-exportcert", "-rfc", "-file", certificate, ...store);

  const login = "org.apache.kafka.common.security";
  const plain = `${login}.plain.PlainLoginModule required username="${username}" password="${password}" user_${username}="${password}";`;
  const scram = `${login}.scram.ScramLoginModule required;`;
  const scrams = MECHANISMS.filter((mechanism) => mechanism.startsWith("SCRAM"));
  return {
    listener: {
      broker: `localhost:${port}`,
      ca: readFileSync(certificate, "utf8"),
      username,
      password,
    },
    formatArgs: scrams.flatMap((each) => ["--add-scram", `${each}=[name=${username},password=${password}]`]),
    settings: (node) => ({
      listeners: `PLAINTEXT://127.0.0.1:${node.port},SECURED://localhost:${port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
      "advertised.listeners": `PLAINTEXT://127.0.0.1:${node.port},SECURED://localhost:${port}`,
      "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL",
      "listener.name.secured.sasl.enabled.mechanisms": MECHANISMS.join(","),
      "listener.name.secured.plain.sasl.jaas.config": plain,
      "listener.name.secured.scram-sha-256.sasl.jaas.config": scram,
      "listener.name.secured.scram-sha-512.sasl.jaas.config": scram,
      "listener.name.secured.ssl.keystore.type": "PKCS12",
      "listener.name.secured.ssl.keystore.location": keystore,
      "listener.name.secured.ssl.keystore.password": password,
    }),
  };
}

/** Comes with Java. */
async function keytool(...args: string[]): Promise<void> {
  const end = await runProgram("keytool", args);
  if (end.exitCode !== 0) throw new Error(`keytool ${args[0]} failed:\n${end.output}`);
}
