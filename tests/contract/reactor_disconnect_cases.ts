/**
 * Descriptors that are lost: when a reactor disconnects what, and with which reason.
 *
 * @module
 */

import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  ConnectionDone,
  ConnectionFdescWentAway,
  ConnectionLost,
  type Failure,
} from "../../reactor/mod.ts";
import { sendAll } from "./passes.ts";
import { messages, pairTests, type ReactorTest, StreamDescriptor } from "./reactor_run.ts";

/** A short wait: real time passes in some worlds. */
const SHORT = 0.003;

/**
 * Registers the tests.
 *
 * @param test Registers one.
 */
export function reactorDisconnectCases(test: ReactorTest): void {
  const check = pairTests(test);

  check(
    "FDSET-09 IReactorFDSet drops a descriptor whose number became -1",
    async ({ reactor, platform }, { client, server }) => {
      const descriptor = new StreamDescriptor(server);
      reactor.addReader(descriptor);
      reactor.addWriter(descriptor);
      descriptor.isGone = true;
      await sendAll(platform.poller, client, new Uint8Array(1));
      descriptor.connectionLost = ({ value }) => {
        descriptor.lost.push(value);
        reactor.stop();
      };
      await reactor.run();
      assertEquals(descriptor.lost.length, 1);
      assertInstanceOf(descriptor.lost[0], ConnectionFdescWentAway);
    },
  );

  check(
    "FDSET-11 IReactorCore.stop() disconnects what is registered, each once",
    async ({ reactor }, { client, server }) => {
      const both = new StreamDescriptor(client);
      const reader = new StreamDescriptor(server);
      both.doWrite = () => {};
      reactor.addReader(both);
      reactor.addWriter(both);
      reactor.addReader(reader);
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run();
      for (const { lost } of [both, reader]) {
        assertEquals(lost.length, 1);
        assertInstanceOf(lost[0], ConnectionLost);
      }
    },
  );

  check(
    "IReactorFDSet disconnects a reader with what doRead throws, and logs it",
    async ({ reactor, takeLogged, platform }, { client, server }) => {
      const reader = new StreamDescriptor(server);
      const error = new Error("on purpose");
      reader.doRead = () => {
        throw error;
      };
      reader.doWrite = () => {};
      reader.connectionLost = ({ value }) => {
        reader.lost.push(value);
        assertEquals([reactor.getReaders(), reactor.getWriters()], [[], []]);
        reactor.stop();
      };
      reactor.addReader(reader);
      reactor.addWriter(reader);
      await sendAll(platform.poller, client, new Uint8Array(1));
      await reactor.run();
      assertEquals(reader.lost, [error]);
      const events = takeLogged();
      assertEquals(messages(events), ["Exception in doRead"]);
      assertEquals(events[0]?.system, "test stream");
    },
  );

  check(
    "IReactorFDSet disconnects a writer with what doWrite returns, and logs nothing",
    async ({ reactor }, { client }) => {
      const writer = new StreamDescriptor(client);
      const error = new Error("on purpose");
      writer.doWrite = () => error;
      writer.connectionLost = ({ value }) => {
        writer.lost.push(value);
        reactor.stop();
      };
      reactor.addWriter(writer);
      await reactor.run();
      assertEquals(writer.lost, [error]);
    },
  );

  check(
    "IReactorFDSet disconnects a descriptor once when both directions fail",
    async ({ reactor, platform }, { client, server }) => {
      const descriptor = new StreamDescriptor(server);
      descriptor.doRead = () => new ConnectionLost();
      descriptor.doWrite = () => new ConnectionLost();
      reactor.addReader(descriptor);
      reactor.addWriter(descriptor);
      await sendAll(platform.poller, client, new Uint8Array(1));
      reactor.callLater(SHORT, () => reactor.stop());
      await reactor.run();
      assertEquals(descriptor.lost.length, 1);
    },
  );

  check(
    "IReactorFDSet tells a half-closeable descriptor of a clean end only of reading",
    async ({ reactor, log }, { client, server }) => {
      const descriptor = new HalfCloseable(server);
      descriptor.doRead = () => server.receive() === null ? new ConnectionDone() : undefined;
      descriptor.readConnectionLost = ({ value }) => {
        log.push((value as Error).name);
        assertEquals([reactor.getReaders().length, reactor.getWriters().length], [0, 1]);
        reactor.removeWriter(descriptor);
        reactor.stop();
      };
      descriptor.doWrite = () => {};
      reactor.addReader(descriptor);
      reactor.addWriter(descriptor);
      client.shutdownWrite();
      await reactor.run();
      assertEquals(log, ["ConnectionDone"]);
      assertEquals(descriptor.lost, []);
    },
  );

  check(
    "IReactorFDSet tells a half-closeable descriptor of any other end in full",
    async ({ reactor, platform }, { client, server }) => {
      const descriptor = new HalfCloseable(server);
      descriptor.doRead = () => new ConnectionLost();
      descriptor.connectionLost = ({ value }) => {
        descriptor.lost.push(value);
        reactor.stop();
      };
      reactor.addReader(descriptor);
      await sendAll(platform.poller, client, new Uint8Array(1));
      await reactor.run();
      assertInstanceOf(descriptor.lost[0], ConnectionLost);
    },
  );

  check(
    "IReactorFDSet lets a reader take what came before an end",
    async ({ reactor, log, platform }, { client, server }) => {
      const reader = new StreamDescriptor(server);
      const buffer = new Uint8Array(2);
      let total = 0;
      reader.doRead = () => {
        const count = server.receiveInto(buffer);
        total += count ?? 0;
        return count === null ? new ConnectionDone() : undefined;
      };
      reader.connectionLost = ({ value }) => {
        log.push(`${total} ${(value as Error).name}`);
        reactor.stop();
      };
      reactor.addReader(reader);
      await sendAll(platform.poller, client, new Uint8Array(6));
      client.close();
      await reactor.run();
      assertEquals(log, ["6 ConnectionDone"]);
    },
  );

  check(
    "IReactorFDSet.disconnectAll() logs what connectionLost throws and goes on",
    async ({ reactor, takeLogged }, { client, server }) => {
      const bad = new StreamDescriptor(client);
      bad.connectionLost = () => {
        throw new Error("on purpose");
      };
      const good = new StreamDescriptor(server);
      reactor.addReader(bad);
      reactor.addReader(good);
      reactor.disconnectAll();
      assertEquals(good.lost.length, 1);
      assertEquals(messages(takeLogged()), ["Exception in connectionLost"]);
      await Promise.resolve();
    },
  );
}

/** A descriptor that can lose one direction. */
class HalfCloseable extends StreamDescriptor {
  readConnectionLost(_reason: Failure): void {
    throw new Error("readConnectionLost was called");
  }

  writeConnectionLost(_reason: Failure): void {
    throw new Error("writeConnectionLost was called");
  }
}
