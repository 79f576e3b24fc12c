/** What the doubtful connector sends to: it does what is asked of it, answers as it is told, and shows what it did. */
import { openReceiver, type ReceivedRequest } from "@stellwerk/connector-kit/testing";

/** By what becomes of a request: `reset` and `hang` have their effect, and no answer. */
type HowAnswered = "204" | "503" | "reset" | "hang" | "hang unread";

/** Answers the n-th send (0 is the first). `target.looks`: what it answers to who looks; 200: as it is. */
export async function openTarget(answer: (n: number) => HowAnswered = () => "204") {
  const effects: string[] = [];
  let sends = 0;
  const target = { looks: 200 };
  const receiver = await openReceiver((response, request) => {
    const key = String(request.headers["x-key"]);
    if (request.path === "/seen") {
      const seen = effects.includes(key) ? 200 : 404;
      return void response.writeHead(target.looks === 200 ? seen : target.looks).end();
    }
    const how = answer(sends++);
    if (how !== "503" && how !== "hang unread") effects.push(key);
    if (how === "reset") response.destroy();
    else if (how === "503") response.writeHead(503).end();
    else if (how === "204") response.writeHead(204).end();
  });
  const sent = () => receiver.requests.filter((each) => each.method === "POST");
  const looked = () => receiver.requests.filter((each) => each.path === "/seen");
  return Object.assign(receiver, { target, effects, sent, looked });
}

/** Under which each was sent. */
export function keysOf(requests: readonly ReceivedRequest[]) {
  return requests.map((each) => each.headers["x-key"]);
}
