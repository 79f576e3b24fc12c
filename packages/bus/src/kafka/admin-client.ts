/** Questions to the cluster. A connection that failed is replaced by the next question. */
import type { Admin } from "kafkajs";
import type { Client } from "./client.ts";
import { describeFailure } from "./failure.ts";
import { within } from "./within.ts";

interface Open {
  readonly client: Client;
  readonly admin: Promise<Admin>;
}

export class AdminClient {
  readonly #openClient: () => Client;
  #open: Open | undefined;

  constructor(openClient: () => Client) {
    this.#openClient = openClient;
  }

  /** Rejects with a BusError. */
  async run<T>(timeoutMs: number, work: (admin: Admin) => Promise<T>): Promise<T> {
    const open = (this.#open ??= this.#connect());
    try {
      return await within(
        timeoutMs,
        open.admin.then((admin) => work(admin)),
      );
    } catch (error) {
      if (this.#open === open) this.#open = undefined;
      open.client.destroy();
      throw describeFailure(error);
    }
  }

  close(): void {
    this.#open?.client.destroy();
    this.#open = undefined;
  }

  #connect(): Open {
    const client = this.#openClient();
    const admin = client.kafka.admin({ retry: { retries: 2 } });
    const connected = admin.connect().then(() => admin);
    connected.catch(() => {});
    return { client, admin: connected };
  }
}
