# WEBHOOK_SECRET=whsec_… PORT=8080 python3 receive.py
import base64
import binascii
import hashlib
import hmac
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 5 * 60


def is_from_stellwerk(secret, headers, body):
    id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False

    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    # Several while the secret is being rotated; one that fits is enough.
    for each in headers.get("webhook-signature", "").split(" "):
        kind, _, signature = each.partition(",")
        try:
            given = base64.b64decode(signature)
        except (binascii.Error, ValueError):
            continue
        if kind == "v1" and hmac.compare_digest(given, expected):
            return True
    return False


# In your database, written in the transaction that does the work.
seen = set()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        # The bytes themselves: the signature is over these.
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if not is_from_stellwerk(os.environ["WEBHOOK_SECRET"], self.headers, body):
            self.send_error(400, "the signature does not fit")
            return
        id = self.headers["webhook-id"]
        print(f"{id} again" if id in seen else f"{id} {self.headers['ce-type']}", flush=True)
        seen.add(id)
        self.send_response(204)
        self.end_headers()


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8080"))), Receiver)
print(f"listening on port {server.server_port}", flush=True)
server.serve_forever()
