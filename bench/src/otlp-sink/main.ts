/** A trace collector that counts what it gets, a process of its own. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerParent } from "../child.ts";

let requests = 0;
let bytes = 0;

const server = createServer((request, response) => {
  request.on("data", (chunk: Buffer) => (bytes += chunk.length));
  request.on("end", () => {
    requests += 1;
    // An empty protobuf message: everything was taken.
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  });
});

answerParent(
  () =>
    new Promise((resolve) => {
      server.listen(0, "127.0.0.1", () =>
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      );
    }),
  async () => ({ requests, bytes }),
);
