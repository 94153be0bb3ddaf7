/** What becomes of the errors that Deno throws. */

import { assertEquals, assertStrictEquals } from "@std/assert";
import { toSocketError } from "../../poller/deno_errors.ts";
import { SocketError } from "../../poller/mod.ts";

/** An error with a code of the system's. */
function withCode(code: string): Error {
  return Object.assign(new Error("odd"), { code });
}

const CODES: readonly (readonly [cause: unknown, code: string])[] = [
  [withCode("ECONNREFUSED"), "ECONNREFUSED"],
  [withCode("EPERM"), "EACCES"],
  [withCode("EINTR"), "EBADF"],
  [withCode("ECANCELED"), "EBADF"],
  [withCode("EAI_AGAIN"), "ENOTFOUND"],
  [withCode("constructor"), "EUNKNOWN"],
  [new Error("failed to lookup address information"), "ENOTFOUND"],
  [new Deno.errors.NotCapable("no"), "NOT_CAPABLE"],
  [new Deno.errors.PermissionDenied("no"), "EACCES"],
  [new Deno.errors.Interrupted("closed"), "EBADF"],
  [new TypeError("wrong"), "EINVAL"],
  [new RangeError("odd"), "EUNKNOWN"],
  ["a text", "EUNKNOWN"],
];

Deno.test("toSocketError() tells the code of what Deno throws, and keeps that as the cause", () => {
  for (const [cause, code] of CODES) {
    const error = toSocketError("connect to a", cause);
    assertEquals(error.code, code, String(cause));
    assertStrictEquals(error.cause, cause);
  }
});

Deno.test("toSocketError() says what failed, and why if there is no word for it", () => {
  const known = toSocketError("connect to a", withCode("ECONNREFUSED"));
  assertEquals(known.message, "Cannot connect to a: connection is refused");
  const unknown = toSocketError("connect to a", new Error("the moon is full"));
  assertEquals(unknown.message, "Cannot connect to a: operation is failing (the moon is full)");
  const own = new SocketError("EPIPE", "Cannot send");
  assertStrictEquals(toSocketError("connect to a", own), own);
});
