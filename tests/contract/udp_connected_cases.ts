/**
 * UDP ports that are bound to one peer.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { InvalidAddressError, IPv4Address } from "../../reactor/mod.ts";
import type { UDPSuite } from "./udp_contract.ts";

/** Registers the cases. */
export function connectedCases(suite: UDPSuite): void {
  suite("connect() sends to the peer and takes from nobody else", async ({ open }) => {
    const [a, b, stranger] = [open(), open(), open()];
    const host = b.port.getHost();
    a.port.connect(host.host, host.port);
    stranger.protocol.say("unwanted", a.port.getHost());
    a.protocol.say("to the peer");
    a.protocol.say("named", host);
    await b.protocol.has(2);
    assertEquals(b.protocol.texts, ["to the peer", "named"]);
    b.protocol.say("answer", a.port.getHost());
    await a.protocol.has(1);
    assertEquals(a.protocol.texts, ["answer"]);
    const other = stranger.port.getHost();
    assertThrows(() => a.protocol.say("elsewhere", other), InvalidAddressError);
  });

  suite("UDP-13 connect() knows an IPv6 peer however it is written", async ({ open }) => {
    const [a, b] = [open({ interface: "::1" }), open({ interface: "::1" })];
    a.port.connect("0:0:0:0:0:0:0:1", b.port.getHost().port);
    a.protocol.say("ping");
    await b.protocol.has(1);
    b.protocol.say("pong", a.port.getHost());
    await a.protocol.has(1);
    assertEquals(a.protocol.texts, ["pong"]);
  });

  suite("UDP-17, OUDP-08 connect() refuses names, and a second peer", ({ open }) => {
    const { port } = open();
    assertThrows(() => port.connect("localhost", 9), InvalidAddressError);
    assertThrows(() => port.connect("::1", 9), InvalidAddressError);
    assertThrows(() => port.connect("127.0.0.1", 0), RangeError);
    port.connect("127.0.0.1", 9);
    assertThrows(() => port.connect("127.0.0.1", 9), Error, "connected already");
  });

  suite("a port that starts again has no peer any more", async ({ open }) => {
    const { port, protocol, stop } = open();
    port.connect("127.0.0.1", 9);
    await stop();
    port.startListening();
    const own = new IPv4Address("UDP", "127.0.0.1", port.getHost().port);
    protocol.say("to myself", own);
    await protocol.has(1);
  });
}
