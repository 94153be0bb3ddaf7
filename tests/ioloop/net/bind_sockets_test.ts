/**
 * The search for a port that is free on every address.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { bindSockets, type IOLoop } from "../../../ioloop/mod.ts";
import { type ListenerHandle, SocketError, type TCPAddress } from "../../../poller/mod.ts";

/** A loop on whose machine a port is free on IPv6 only after some tries. */
function machine(triesInVain: number): { ioLoop: IOLoop; log: string[] } {
  const log: string[] = [];
  let tries = 0;
  const listen = ({ hostname, port }: TCPAddress): ListenerHandle => {
    const localAddress = { transport: "tcp", hostname, port: port === 0 ? 5000 + tries : port };
    const name = `${hostname} ${localAddress.port}`;
    if (hostname === "::1" && tries++ < triesInVain) {
      throw new SocketError("EADDRINUSE", "Cannot listen: test says so");
    }
    log.push(`+${name}`);
    return { localAddress, close: () => log.push(`-${name}`) } as unknown as ListenerHandle;
  };
  return { ioLoop: { platform: { network: { listen } } } as unknown as IOLoop, log };
}

Deno.test("bindSockets() looks for another port when one is free on the first address only", () => {
  const { ioLoop, log } = machine(2);
  const listeners = bindSockets(0, { ioLoop, address: "localhost" });
  assertEquals(listeners.map(({ localAddress }) => (localAddress as TCPAddress).port), [
    5002,
    5002,
  ]);
  assertEquals(log, [
    ...["+127.0.0.1 5000", "-127.0.0.1 5000"],
    ...["+127.0.0.1 5001", "-127.0.0.1 5001"],
    ...["+127.0.0.1 5002", "+::1 5002"],
  ]);
});

Deno.test("bindSockets() gives up after 16 ports, and at once if the port was given", () => {
  for (const [port, tries] of [[0, 16], [80, 1]] as const) {
    const { ioLoop, log } = machine(100);
    const bind = () => bindSockets(port, { ioLoop, address: "localhost" });
    assertEquals(assertThrows(bind, SocketError).code, "EADDRINUSE");
    assertEquals(log.length, 2 * tries);
  }
});
