/**
 * UDP ports: how they open, what they carry, how they close.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  CannotListenError,
  InvalidAddressError,
  IPv4Address,
  IPv6Address,
  MessageLengthError,
  type UDPPort,
} from "../../reactor/mod.ts";
import { SocketError } from "../../poller/mod.ts";
import type { UDPSuite } from "./udp_contract.ts";
import { RecordingDatagrams } from "./udp_recorders.ts";

const encoder = new TextEncoder();

/** Registers the cases. */
export function udpPortCases(suite: UDPSuite): void {
  openCases(suite);
  addressCases(suite);
  transferCases(suite);
  stopCases(suite);
}

function openCases(suite: UDPSuite): void {
  suite(
    "UDP-01, UDP-02, UDP-08 a port logs its start and its end under its prefix",
    async ({ open, takeLogged }) => {
      const { port, stop } = open();
      const number = port.getHost().port;
      const system = "RecordingDatagrams (UDP)";
      assertEquals(port.logPrefix(), system);
      assertEquals(takeLogged("info"), [
        { level: "info", message: `RecordingDatagrams starting on ${number}`, system },
      ]);
      await stop();
      assertEquals(takeLogged("info"), [
        { level: "info", message: `(UDP Port ${number} Closed)`, system },
      ]);
    },
  );

  suite(
    "UDP-04, UDP-05, UDP-10, UDP-11, OUDP-01, INET-61 listenUDP() returns a port that says where",
    async ({ open }) => {
      const { port, stop } = open();
      const host = port.getHost();
      assert(host.port > 0);
      assertEquals(host, new IPv4Address("UDP", "127.0.0.1", host.port));
      assertEquals(`${port}`, `<RecordingDatagrams on ${host.port}>`);
      await stop();
      assertEquals(`${port}`, "<RecordingDatagrams (not listening)>");
      assertEquals(port.getHost(), host);
      assertEquals(port.fileno(), -1);
    },
  );

  suite("listenUDP() without an interface receives on all IPv4 addresses", async (test) => {
    const any = test.open({ interface: "" });
    const sender = test.open();
    const { port } = any.port.getHost();
    assertEquals(any.port.getHost(), new IPv4Address("UDP", "0.0.0.0", port));
    sender.protocol.say("hello", new IPv4Address("UDP", "127.0.0.1", port));
    await any.protocol.has(1);
  });

  suite("OUDP-04 listenUDP() on a port in use throws CannotListenError", ({ open, log }) => {
    const { port } = open();
    const number = port.getHost().port;
    const error = assertThrows(() => open({ name: "other", port: number }), CannotListenError);
    assertEquals([error.interface, error.port], ["127.0.0.1", number]);
    assertEquals((error.cause as SocketError).code, "EADDRINUSE");
    assertThrows(() => port.startListening(), CannotListenError);
    assertEquals(log, ["port: started"]);
  });

  suite("UDP-07 listenUDP() on a name throws InvalidAddressError", ({ open }) => {
    for (const name of ["example.com", "127.0.0.256", "1.2.3", "::g", "[::1]"]) {
      assertThrows(() => open({ interface: name }), InvalidAddressError);
    }
    for (const port of [-1, 65_536, 0.5, NaN]) assertThrows(() => open({ port }), RangeError);
  });

  suite(
    "listenUDP() closes the port when startProtocol throws",
    async ({ open, log, platform }) => {
      const thrown = new Error("no");
      const fail = () => {
        throw thrown;
      };
      assertEquals(assertThrows(() => open({ started: fail })), thrown);
      assertEquals(log, ["port: started", "port: stopped"]);
      assertEquals(platform.network.handles.size, 0);
      await open().stop();
    },
  );
}

function addressCases(suite: UDPSuite): void {
  suite("UDP-06, UDP-12 a port of IPv6 carries datagrams both ways", async ({ open }) => {
    const a = open({ interface: "::1" });
    const b = open({ interface: "::1" });
    const { port } = a.port.getHost();
    assertEquals(a.port.getHost(), new IPv6Address("UDP", "::1", port));
    b.protocol.say("over IPv6", a.port.getHost());
    await a.protocol.has(1);
    assertEquals(a.protocol.senders, [b.port.getHost()]);
  });

  suite(
    "UDP-14, UDP-15, UDP-16 write() refuses names and the other family",
    ({ open }) => {
      const four = open().port;
      const six = open({ interface: "::1" }).port;
      const cases: [UDPPort, string][] = [[four, "example.com"], [four, "::1"], [six, "127.0.0.1"]];
      for (const [port, host] of cases) {
        const error = assertThrows(
          () => port.write(new Uint8Array(1), { host, port: 9 }),
          InvalidAddressError,
        );
        assertEquals(error.address, host);
      }
    },
  );

  suite("write() refuses what cannot be sent, and sends nothing", ({ open }) => {
    const { port } = open();
    const to = port.getHost();
    assertThrows(() => port.write(new Uint8Array(65_508), to), MessageLengthError);
    assertThrows(() => port.write(new Uint8Array(1)), InvalidAddressError);
    assertThrows(() => port.write("text" as unknown as Uint8Array, to), TypeError);
    for (const number of [0, 65_536, 1.5, NaN]) {
      const target = { host: "127.0.0.1", port: number };
      assertThrows(() => port.write(new Uint8Array(1), target), RangeError);
    }
  });

  suite(
    "UDP-18, OUDP-10 setBroadcastAllowed() allows <broadcast> as a destination",
    ({ open }) => {
      const { port } = open();
      const send = (host: string) => port.write(new Uint8Array(1), { host, port: 9 });
      assertEquals(port.getBroadcastAllowed(), false);
      for (const host of ["<broadcast>", "255.255.255.255"]) {
        assertEquals(assertThrows(() => send(host), SocketError).code, "EACCES");
      }
      port.setBroadcastAllowed(true);
      assertEquals(port.getBroadcastAllowed(), true);
      send("<broadcast>");
      port.setBroadcastAllowed(false);
      assertThrows(() => send("<broadcast>"), SocketError);
    },
  );
}

function transferCases(suite: UDPSuite): void {
  suite("OUDP-05 datagrams keep their bounds and tell their sender", async ({ open }) => {
    const a = open();
    const b = open({ received: (protocol, text) => protocol.say(`${text}!`, a.port.getHost()) });
    for (const text of ["one", "", "three"]) a.protocol.say(text, b.port.getHost());
    await a.protocol.has(3);
    assertEquals(b.protocol.texts, ["one", "", "three"]);
    assertEquals(a.protocol.texts, ["one!", "!", "three!"]);
    assertEquals(a.protocol.senders, [1, 2, 3].map(() => b.port.getHost()));
  });

  suite("UDP-09 writeSequence() joins the pieces into one datagram", async ({ open }) => {
    const { port, protocol } = open();
    const pieces = ["on", "", "e"].map((text) => encoder.encode(text));
    port.writeSequence(pieces, port.getHost());
    await protocol.has(1);
    assertEquals(protocol.texts, ["one"]);
  });

  suite("write() copies the packet before it returns", async ({ open }) => {
    const { port, protocol } = open();
    const packet = encoder.encode("kept");
    port.write(packet, port.getHost());
    packet.fill(0);
    await protocol.has(1);
    assertEquals(protocol.texts, ["kept"]);
  });

  suite("maxPacketSize cuts off the end of what is longer", async ({ open }) => {
    const { port, protocol } = open({ maxPacketSize: 3 });
    protocol.say("abcd", port.getHost());
    protocol.say("xyz", port.getHost());
    await protocol.has(2);
    assertEquals(protocol.texts, ["abc", "xyz"]);
  });

  suite("OUDP-09 what datagramReceived throws is logged, and the port goes on", async (test) => {
    const thrown = new Error("bad datagram");
    const { port, protocol } = test.open({
      received: (_, text) => {
        if (text === "bad") throw thrown;
      },
    });
    for (const text of ["bad", "good"]) protocol.say(text, port.getHost());
    await protocol.has(2);
    const system = "RecordingDatagrams (UDP)";
    assertEquals(test.takeLogged("error"), [
      { level: "error", message: "Exception in datagramReceived", error: thrown, system },
    ]);
  });
}

function stopCases(suite: UDPSuite): void {
  suite(
    "UDP-03, OUDP-02 stopListening() calls stopProtocol in a later pass, then fires",
    async ({ open, log }) => {
      const { port } = open();
      const stopped = port.stopListening();
      assertInstanceOf(stopped, Object);
      stopped?.addCallback(() => void log.push("fired"));
      log.push("returned");
      await stopped;
      assertEquals(log, ["port: started", "returned", "port: stopped", "fired"]);
      assertEquals(port.stopListening(), null);
    },
  );

  suite("OUDP-03 a protocol and a port can listen again", async ({ open, log }) => {
    const { port, protocol, stop } = open();
    const number = port.getHost().port;
    await stop();
    const other = open({ name: "other", port: number });
    await other.stop();
    port.startListening();
    protocol.say("again", port.getHost());
    await protocol.has(1);
    assertEquals(log, [
      "port: started",
      "port: stopped",
      "other: started",
      "other: stopped",
      "port: started",
    ]);
  });

  suite("stopListening() fires only when the address is free, receiving or not", async (test) => {
    for (let round = 0; round < 5; round++) {
      const { port, protocol, stop } = test.open();
      const { port: number } = port.getHost();
      protocol.say("kept busy", port.getHost());
      if (round % 2 === 0) await protocol.has(1);
      await stop();
      await test.open({ port: number }).stop();
    }
  });

  suite(
    "stopListening() fails when stopProtocol throws; the port can start again",
    async (test) => {
      const thrown = new Error("cannot stop");
      let fails = true;
      const { port, stop } = test.open({
        stopped: () => {
          if (fails) throw thrown;
        },
      });
      const failure = await stop().then(() => null, (error) => error);
      assertEquals(failure, thrown);
      fails = false;
      port.startListening();
      await port.stopListening();
    },
  );

  suite("OUDP-11 stopListening() inside datagramReceived delivers nothing more", async (test) => {
    const { port, protocol } = test.open({
      received: (protocol) => void protocol.transport.stopListening(),
    });
    for (const text of ["one", "two", "three"]) protocol.say(text, port.getHost());
    await protocol.has(1);
    await test.passes(5);
    assertEquals(protocol.texts, ["one"]);
    assertEquals(test.log, ["port: started", "port: stopped"]);
  });

  suite("write() after the end is ignored", async ({ open }) => {
    const { port, stop } = open();
    const to = port.getHost();
    await stop();
    port.write(new Uint8Array(1), to);
  });

  suite("two ports of one protocol start it once and stop it once", async ({ reactor, log }) => {
    const protocol = new RecordingDatagrams(log, { name: "both" });
    const options = { interface: "127.0.0.1" };
    const ports = [
      reactor.listenUDP(0, protocol, options),
      reactor.listenUDP(0, protocol, options),
    ];
    assertEquals(protocol.numPorts, 2);
    for (const port of ports) await port.stopListening();
    assertEquals(log, ["both: started", "both: stopped"]);
  });
}
