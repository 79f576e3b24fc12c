/** STELLWERK_DATA_DIR: the embedded database and the secret key. */
import { mkdirSync } from "node:fs";

/**
 * Makes it when it is missing; one that exists is left as it is. Ours alone; as root another user, who
 * runs PostgreSQL, has to pass through: what lies in it is closed file by file.
 */
export function makeDataDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}
