// WEBHOOK_SECRET=whsec_… PORT=8080 node receive.js
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const TOLERANCE_SECONDS = 5 * 60;

function isFromStellwerk(secret, headers, body) {
  const id = headers["webhook-id"];
  const timestamp = headers["webhook-timestamp"];
  // Not `>`: a timestamp that is no number must not pass.
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) return false;

  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  // Several while the secret is being rotated; one that fits is enough.
  return (headers["webhook-signature"] ?? "").split(" ").some((each) => {
    const [kind, signature = ""] = each.split(",");
    const given = Buffer.from(signature, "base64");
    return kind === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

// In your database, written in the transaction that does the work.
const seen = new Set();

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks); // the bytes themselves: the signature is over these
    if (!isFromStellwerk(process.env.WEBHOOK_SECRET, request.headers, body)) {
      return response.writeHead(400).end("the signature does not fit");
    }
    const id = String(request.headers["webhook-id"]);
    console.log(seen.has(id) ? `${id} again` : `${id} ${String(request.headers["ce-type"])}`);
    seen.add(id);
    response.writeHead(204).end();
  });
});

server.listen(Number(process.env.PORT ?? 8080), "127.0.0.1", () => {
  console.log(`listening on port ${server.address().port}`);
});
