/**
 * What the example servers answer.
 *
 * @module
 */

import type { Answer, Request } from "./messages.ts";

/** Says hello at `/`, says back what is posted at `/echo`. */
export function hello({ method, target, body }: Request): Answer {
  const isRead = method === "GET" || method === "HEAD";
  switch (target) {
    case "/":
      return isRead ? { status: 200, body: "Hello, world!\n" } : NOT_ALLOWED;
    case "/echo":
      return method === "POST" ? { status: 200, body } : NOT_ALLOWED;
    default:
      return { status: 404, body: "Not Found\n" };
  }
}

const NOT_ALLOWED: Answer = { status: 405, body: "Method Not Allowed\n" };
