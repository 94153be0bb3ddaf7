import { assertEquals } from "@std/assert";
import { SocketError, type SocketErrorCode } from "../../../poller/mod.ts";
import {
  ConnectError,
  ConnectionAborted,
  ConnectionClosed,
  ConnectionDone,
  ConnectionLost,
} from "../../../reactor/errors.ts";
import { getConnectError } from "../../../reactor/net/connect_errors.ts";

function check(code: SocketErrorCode, name: string): void {
  const cause = new SocketError(code, "Cannot connect: it is so");
  const error = getConnectError(cause);
  assertEquals(error.name, name);
  assertEquals(error.cause, cause);
  assertEquals(error.message, cause.message);
  assertEquals(error instanceof ConnectError, true);
}

Deno.test("ERR-06 getConnectError() maps the codes of sockets", () => {
  check("ENETUNREACH", "NoRouteError");
  check("EHOSTUNREACH", "NoRouteError");
  check("ECONNREFUSED", "ConnectionRefusedError");
  check("ETIMEDOUT", "TCPTimedOutError");
  check("EADDRINUSE", "ConnectBindError");
  check("EADDRNOTAVAIL", "ConnectBindError");
  check("EUNKNOWN", "ConnectError");
});

Deno.test("ERR-07 getConnectError() maps a failed lookup to UnknownHostError", () => {
  check("ENOTFOUND", "UnknownHostError");
});

Deno.test("ERR-08 getConnectError() makes a ConnectError of anything else", () => {
  assertEquals(getConnectError("no reason").name, "ConnectError");
  assertEquals(getConnectError("no reason").message, "no reason");
  assertEquals(getConnectError(new RangeError("port")).message, "port");
});

Deno.test("ERR-03, ERR-04 ConnectionLost and ConnectionDone are kinds of ConnectionClosed", () => {
  assertEquals(new ConnectionLost() instanceof ConnectionClosed, true);
  assertEquals(new ConnectionDone() instanceof ConnectionClosed, true);
  assertEquals(new ConnectionAborted() instanceof ConnectionLost, true);
});
