/**
 * UDP ports whose socket reports errors, which the tests put there.
 *
 * @module
 */

import { assertEquals, assertInstanceOf } from "@std/assert";
import { ConnectionDone, Failure, MessageLengthError } from "../../reactor/mod.ts";
import { type DatagramHandle, SocketError, type SocketErrorCode } from "../../poller/mod.ts";
import type { OpenedPort, UDPCase, UDPSuite } from "./udp_contract.ts";

/** Registers the cases. */
export function udpErrorCases(suite: UDPSuite): void {
  suite(
    "UDPI-01, UDPI-02, OUDP-07 a refusal ends the pass silently, and later reads go on",
    async (test) => {
      const { port, protocol } = test.open();
      failReceive(test, { port }, "ECONNREFUSED");
      for (const text of ["one", "two"]) protocol.say(text, port.getHost());
      await protocol.has(2);
      await test.passes();
      assertEquals([protocol.texts, protocol.refusals], [["one", "two"], 0]);
    },
  );

  suite("UDPI-03, OUDP-06 a connected port hears of a refusal, once", async (test) => {
    const { port, protocol } = test.open();
    const host = port.getHost();
    port.connect(host.host, host.port);
    failReceive(test, { port }, "ECONNREFUSED");
    protocol.say("bait");
    await protocol.isRefused(1);
    await protocol.has(1);
    await test.passes();
    assertEquals(protocol.refusals, 1);
  });

  suite("a refusal that shows in write() is told later, and the datagram is sent", async (test) => {
    const { port, protocol } = test.open();
    const host = port.getHost();
    port.connect(host.host, host.port);
    failSend(test, { port }, "ECONNREFUSED");
    protocol.say("sent all the same");
    assertEquals(protocol.refusals, 0);
    await protocol.isRefused(1);
    await protocol.has(1);
  });

  suite("a port that is stopped hears of no refusal", async (test) => {
    const { port, protocol } = test.open();
    const host = port.getHost();
    port.connect(host.host, host.port);
    failSend(test, { port }, "ECONNREFUSED");
    protocol.say("sent all the same");
    port.stopListening();
    await protocol.isStopped();
    await test.passes();
    assertEquals([protocol.refusals, test.log], [0, ["port: started", "port: stopped"]]);
  });

  suite("a port that is closed and opened in datagramReceived() goes on", async (test) => {
    const { port, protocol } = test.open({
      received: (_, text) => {
        if (text !== "first") return;
        port.connectionLost(new Failure(new ConnectionDone()));
        port.startListening();
      },
    });
    test.reactor.removeReader(port);
    for (const text of ["first", "second"]) protocol.say(text, port.getHost());
    await test.passes(5);
    test.reactor.addReader(port);
    await protocol.has(1);
    await test.passes();
    assertEquals([protocol.texts, port.connected], [["first"], true]);
    protocol.say("third", port.getHost());
    await protocol.has(2);
    assertEquals(protocol.texts, ["first", "third"]);
  });

  suite("what connectionRefused throws is logged", async (test) => {
    const { port, protocol } = test.open();
    const host = port.getHost();
    port.connect(host.host, host.port);
    const thrown = new Error("no answer");
    protocol.connectionRefused = () => {
      throw thrown;
    };
    failReceive(test, { port }, "ECONNREFUSED");
    protocol.say("bait");
    await protocol.has(1);
    await test.passes();
    const [event] = test.takeLogged("error");
    assertEquals(event?.level === "error" && event.error, thrown);
  });

  suite("a datagram that could not be sent is logged, and the port goes on", async (test) => {
    const { port, protocol } = test.open();
    failReceive(test, { port }, "EACCES");
    protocol.say("bait", port.getHost());
    await protocol.has(1);
    const [event] = test.takeLogged("error");
    assertEquals(event?.message, "Cannot send a datagram");
    assertEquals(port.connected, true);
  });

  suite("UDPI-04 any other error of the socket is logged and closes the port", async (test) => {
    const { port, protocol } = test.open();
    failReceive(test, { port }, "EUNKNOWN");
    protocol.say("bait", port.getHost());
    await protocol.isStopped();
    await test.passes();
    const events = test.takeLogged("error");
    assertEquals(events.length, 1);
    assertInstanceOf(events[0]?.level === "error" && events[0].error, SocketError);
    assertEquals(test.log, ["port: started", "port: stopped"]);
  });

  suite("write() keeps the datagrams for which there is no room, in order", async (test) => {
    const { port, protocol } = test.open();
    const handle = handleOf(test, { port });
    const { send } = handle;
    let refusals = 3;
    handle.send = (bytes, to) => refusals-- > 0 ? false : send.call(handle, bytes, to);
    const packet = new Uint8Array([97]);
    for (let count = 0; count < 5; count++) {
      port.write(packet, port.getHost());
      packet[0] = (packet[0] as number) + 1; // What waits is a copy.
    }
    assertEquals(refusals, 2);
    await protocol.has(5);
    assertEquals(protocol.texts, ["a", "b", "c", "d", "e"]);
    assertEquals(test.reactor.getWriters(), []);
  });

  suite("write() drops what is too much to wait, as a full socket does", async (test) => {
    const { port } = test.open();
    const handle = handleOf(test, { port });
    handle.send = () => false;
    for (let count = 0; count < 10; count++) port.write(new Uint8Array(60_000), port.getHost());
    let sent = 0;
    handle.send = () => ++sent > 0;
    await test.passes(10);
    assertEquals(sent, 4);
  });

  suite("write() has room again for what was sent, or dropped with the port", async (test) => {
    const { port } = test.open();
    for (const end of ["sent", "dropped"]) {
      const handle = handleOf(test, { port });
      const fill = (): void => {
        handle.send = () => false;
        for (let count = 0; count < 6; count++) port.write(new Uint8Array(60_000), port.getHost());
      };
      fill();
      let sent = 0;
      handle.send = () => ++sent > 0;
      await test.passes(10);
      assertEquals(sent, 4, end);
      fill();
      port.connectionLost(new Failure(new ConnectionDone()));
      port.startListening();
    }
  });

  suite(
    "a datagram that waited and cannot be sent is logged, and the port goes on",
    async (test) => {
      const { port, protocol } = test.open();
      const handle = handleOf(test, { port });
      const { send } = handle;
      let refusals = 1;
      handle.send = (bytes, to) => refusals-- > 0 ? false : send.call(handle, bytes, to);
      protocol.say("one", port.getHost());
      port.write(new Uint8Array(70_000), port.getHost());
      protocol.say("two", port.getHost());
      await protocol.has(2);
      assertEquals([protocol.texts, port.connected], [["one", "two"], true]);
      const [event, ...others] = test.takeLogged("error");
      assertEquals([event?.message, others], ["Cannot send a datagram", []]);
      assertInstanceOf(event?.level === "error" && event.error, MessageLengthError);
      assertEquals(test.reactor.getWriters(), []);
    },
  );

  suite("stopListening() does not close what was opened since", async (test) => {
    const { port, protocol } = test.open();
    const stopping = port.stopListening();
    port.connectionLost(new Failure(new ConnectionDone()));
    port.startListening();
    await stopping;
    assertEquals(port.connected, true);
    protocol.say("still here", port.getHost());
    await protocol.has(1);
  });

  suite("disconnectAll() closes ports", ({ open, reactor, log, platform }) => {
    open();
    const stopping = open({ name: "stopping" });
    stopping.port.stopListening();
    reactor.disconnectAll();
    assertEquals(log.slice(2).toSorted(), ["port: stopped", "stopping: stopped"]);
    assertEquals(platform.network.handles.size, 0);
  });
}

/** Makes the next `receive()` of a port's handle throw. */
function failReceive(test: UDPCase, port: Pick<OpenedPort, "port">, code: SocketErrorCode): void {
  const handle = handleOf(test, port);
  const { receive } = handle;
  handle.receive = () => {
    handle.receive = receive;
    throw new SocketError(code, "Cannot receive: the test says so");
  };
}

/** Makes the next `send()` of a port's handle throw. */
function failSend(test: UDPCase, port: Pick<OpenedPort, "port">, code: SocketErrorCode): void {
  const handle = handleOf(test, port);
  const { send } = handle;
  handle.send = () => {
    handle.send = send;
    throw new SocketError(code, "Cannot send: the test says so");
  };
}

function handleOf({ platform }: UDPCase, { port }: Pick<OpenedPort, "port">): DatagramHandle {
  return platform.network.handles.get(port.fileno()) as DatagramHandle;
}
