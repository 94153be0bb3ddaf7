/**
 * Descriptors: what `IReactorFDSet` promises.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  AlreadyRegisteredError,
  type Interest,
  type Platform,
  READ,
  SocketError,
  type StreamHandle,
  WRITE,
} from "../../poller/mod.ts";
import { pair, ready, sendAll } from "./passes.ts";
import { pairTests, type ReactorTest, StreamDescriptor } from "./reactor_run.ts";

/** A short wait: real time passes in some worlds. */
const SHORT = 0.003;

/**
 * Registers the tests.
 *
 * @param test Registers one.
 */
export function reactorFDSetCases(test: ReactorTest): void {
  const check = pairTests(test);

  check("FDSET-01 IReactorFDSet.addReader() reads when bytes come", async (run, streams) => {
    const { reactor, log } = run;
    const reader = new StreamDescriptor(streams.server);
    reader.doRead = () => {
      log.push(`read ${streams.server.receive()?.length}`);
      reactor.stop();
    };
    reactor.addReader(reader);
    await sendAll(run.platform.poller, streams.client, new Uint8Array(1));
    await reactor.run();
    assertEquals(log, ["read 1"]);
  });

  check(
    "FDSET-02 IReactorFDSet.removeReader() ends reading although bytes wait",
    async ({ reactor, platform }, { client, server }) => {
      const reader = new StreamDescriptor(server); // Its doRead throws.
      reactor.addReader(reader);
      await sendAll(platform.poller, client, new Uint8Array(1));
      reactor.removeReader(reader);
      reactor.removeReader(reader); // One that is not there is ignored.
      reactor.callLater(SHORT, () => reactor.callLater(SHORT, () => reactor.stop()));
      await reactor.run();
      assertEquals(reader.lost, []);
    },
  );

  check(
    "FDSET-03 IReactorFDSet.addWriter() writes when there is room",
    async ({ reactor, log }, { client }) => {
      const writer = new StreamDescriptor(client);
      writer.doWrite = () => {
        log.push("write");
        reactor.removeWriter(writer);
        reactor.stop();
      };
      reactor.addWriter(writer);
      await reactor.run();
      assertEquals(log, ["write"]);
    },
  );

  check(
    "FDSET-04, FDSET-06 IReactorFDSet.getReaders() and getWriters() hold what was added",
    async ({ reactor }, { client, server }) => {
      const a = new StreamDescriptor(client);
      const b = new StreamDescriptor(server);
      assertEquals([reactor.getReaders(), reactor.getWriters()], [[], []]);
      reactor.addReader(a);
      reactor.addReader(a); // The same object again is ignored.
      reactor.addReader(b);
      reactor.addWriter(b);
      assertEquals([reactor.getReaders().length, reactor.getWriters().length], [2, 1]);
      reactor.getReaders().length = 0; // The list is the caller's own.
      assertStrictEquals(reactor.getReaders()[0], a);
      assertStrictEquals(reactor.getWriters()[0], b);
      reactor.removeReader(a);
      assertStrictEquals(reactor.getReaders()[0], b);
      reactor.removeWriter(b);
      assertEquals([reactor.getReaders().length, reactor.getWriters().length], [1, 0]);
      await Promise.resolve();
    },
  );

  check(
    "FDSET-05, TW-07 IReactorFDSet.removeWriter() ends writing",
    async ({ reactor }, { client, server }) => {
      const writer = new StreamDescriptor(client); // Its doWrite throws.
      reactor.addReader(new StreamDescriptor(server)); // Nothing comes: it is not called.
      reactor.addWriter(writer);
      reactor.removeWriter(writer);
      assertEquals(reactor.getWriters(), []);
      reactor.callLater(SHORT, () => reactor.stop());
      await reactor.run();
      assertEquals(writer.lost, []);
    },
  );

  check(
    "FDSET-07, POSIXB-03 IReactorFDSet.removeAll() returns each object once",
    async ({ reactor }, { client, server }) => {
      const both = new StreamDescriptor(client);
      const reader = new StreamDescriptor(server);
      reactor.addReader(both);
      reactor.addWriter(both);
      reactor.addReader(reader);
      const removed = reactor.removeAll();
      assertEquals(removed.length, 2);
      assert(removed.includes(both) && removed.includes(reader));
      assertEquals([reactor.getReaders(), reactor.getWriters(), reactor.removeAll()], [[], [], []]);
      await Promise.resolve();
    },
  );

  check(
    "POSIXB-01, POSIXB-02 IReactorFDSet.removeAll() leaves what wakes the reactor",
    async ({ reactor, world, log }) => {
      assertEquals(reactor.removeAll(), []); // It is no descriptor of the reactor.
      const over = reactor.run();
      await world.sleep(SHORT);
      reactor.removeAll();
      reactor.callFromThread(() => {
        log.push("woken");
        reactor.stop();
      });
      await over;
      assertEquals(log, ["woken"]);
    },
  );

  check(
    "FDSET-08 IReactorFDSet never asks a removed descriptor for its number",
    async ({ reactor, platform }, { client, server }) => {
      const descriptor = new StreamDescriptor(server);
      reactor.addReader(descriptor);
      reactor.addWriter(descriptor);
      descriptor.fileno = () => {
        throw new Error("fileno was called");
      };
      reactor.removeReader(descriptor);
      reactor.removeWriter(descriptor);
      await sendAll(platform.poller, client, new Uint8Array(1));
      reactor.callLater(SHORT, () => reactor.stop());
      await reactor.run();
      assertEquals(descriptor.lost, []);
    },
  );

  check(
    "FDSET-10 IReactorFDSet delivers nothing of a later handle to a closed one",
    async ({ reactor, platform, log }, { client, server }) => {
      const old = new StreamDescriptor(server); // Its doRead throws.
      reactor.addReader(old);
      client.close();
      server.close();
      const next = await pair(platform);
      const reader = new StreamDescriptor(next.server);
      reader.doRead = () => {
        log.push(`read ${next.server.receive()?.length}`);
        reactor.removeReader(old); // Its handle is closed: nothing to complain about.
        reactor.stop();
      };
      reactor.addReader(reader);
      await sendAll(platform.poller, next.client, new Uint8Array(1));
      await reactor.run();
      assertEquals(log, ["read 1"]);
      assertEquals(old.lost, []);
      next.client.close();
      next.server.close();
    },
  );

  check(
    "TW-06 IReactorFDSet lets a writer and a reader talk",
    async ({ reactor, platform, log }, { client, server }) => {
      const writer = new StreamDescriptor(client);
      writer.doWrite = () => {
        if (client.send(Uint8Array.of(120)) === 1) reactor.removeWriter(writer);
      };
      const reader = new StreamDescriptor(server);
      reader.doRead = () => {
        log.push(`read ${server.receive()}`);
        reactor.stop();
      };
      reactor.addReader(reader);
      reactor.addReader(reader);
      reactor.addWriter(writer);
      assertEquals(platform.poller.size, 2);
      await reactor.run();
      assertEquals(log, ["read 120"]);
    },
  );

  check(
    "IReactorFDSet is level-triggered: what is left unread is announced again",
    async ({ reactor, log, platform }, { client, server }) => {
      const reader = new StreamDescriptor(server);
      const byte = new Uint8Array(1);
      reader.doRead = () => {
        if (server.receiveInto(byte) === 1) log.push(`read ${byte}`);
        if (log.length === 3) reactor.stop();
      };
      reactor.addReader(reader);
      await sendAll(platform.poller, client, Uint8Array.of(1, 2, 3));
      await reactor.run();
      assertEquals(log, ["read 1", "read 2", "read 3"]);
    },
  );

  check(
    "IReactorFDSet does not write when doRead removed the writer",
    async ({ reactor, platform, log }, { client, server }) => {
      await arrive(platform, client, server);
      const descriptor = new StreamDescriptor(server); // Its doWrite throws.
      descriptor.doRead = () => {
        server.receive();
        reactor.removeReader(descriptor);
        reactor.removeWriter(descriptor);
        log.push("read");
        reactor.callLater(SHORT, () => reactor.stop());
      };
      reactor.addReader(descriptor);
      reactor.addWriter(descriptor);
      await reactor.run();
      assertEquals(log, ["read"]);
      assertEquals(descriptor.lost, []);
    },
  );

  check(
    "IReactorFDSet delivers nothing to what an earlier descriptor of the batch removed",
    async ({ reactor, platform, log }, { client, server }) => {
      await arrive(platform, client, server);
      await arrive(platform, server, client);
      for (const stream of [client, server]) {
        const descriptor = new StreamDescriptor(stream);
        descriptor.doRead = () => {
          log.push("read");
          reactor.removeAll();
          reactor.callLater(SHORT, () => reactor.stop());
        };
        reactor.addReader(descriptor);
      }
      await reactor.run();
      assertEquals(log, ["read"]);
    },
  );

  check(
    "IReactorFDSet serves a reader and a writer that share a handle",
    async ({ reactor, log, platform }, { client, server }) => {
      const reader = new StreamDescriptor(server);
      const writer = new StreamDescriptor(server);
      reader.doRead = () => {
        log.push(`read ${server.receive()?.length}`);
        reactor.removeReader(reader);
        if (log.length === 2) reactor.stop();
      };
      writer.doWrite = () => {
        log.push("write");
        reactor.removeWriter(writer);
        if (log.length === 2) reactor.stop();
      };
      reactor.addReader(reader);
      reactor.addWriter(writer);
      await sendAll(platform.poller, client, new Uint8Array(1));
      await reactor.run();
      assertEquals(log.toSorted(), ["read 1", "write"]);
    },
  );

  check(
    "IReactorFDSet.addReader() refuses a second object for a handle and a closed one",
    async ({ reactor }, { client, server }) => {
      const first = new StreamDescriptor(client);
      reactor.addReader(first);
      assertThrows(() => reactor.addReader(new StreamDescriptor(client)), AlreadyRegisteredError);
      assertEquals(reactor.getReaders().length, 1);
      const gone = new StreamDescriptor(server);
      server.close();
      for (const add of ["addReader", "addWriter"] as const) {
        const error = assertThrows(() => reactor[add](gone), SocketError);
        assertEquals(error.code, "EBADF");
      }
      assertEquals([reactor.getReaders().length, reactor.getWriters().length], [1, 0]);
      await Promise.resolve();
    },
  );

  check(
    "IEventDescriptor.handleEvents() gets both directions in one call",
    async ({ reactor, platform, log }, { client, server }) => {
      await arrive(platform, client, server);
      const descriptor = new EventStream(server);
      descriptor.handleEvents = (events) => {
        log.push(`${events}`);
        server.receive();
        reactor.removeReader(descriptor);
        reactor.removeWriter(descriptor);
        reactor.stop();
      };
      reactor.addReader(descriptor);
      reactor.addWriter(descriptor);
      await reactor.run();
      assertEquals(log, [`${READ | WRITE}`]);
    },
  );

  check(
    "IEventDescriptor.handleEvents() never sees a direction that it is not registered for",
    async ({ reactor, log, platform }, { client, server }) => {
      const descriptor = new EventStream(server);
      await sendAll(platform.poller, client, new Uint8Array(1));
      descriptor.handleEvents = (events) => {
        log.push(`${events}`);
        server.receive();
        reactor.stop();
      };
      reactor.addReader(descriptor);
      await reactor.run();
      assertEquals(log, [`${READ}`]);
    },
  );
}

/** Sends a byte and waits until it can be read, without taking it. */
async function arrive(platform: Platform, from: StreamHandle, to: StreamHandle): Promise<void> {
  await sendAll(platform.poller, from, new Uint8Array(1));
  platform.poller.register(to, READ);
  await ready(platform.poller, to, READ);
  platform.poller.unregister(to);
}

/** A descriptor that wants both directions at once. */
class EventStream extends StreamDescriptor {
  handleEvents(_events: Interest): Error | void {
    throw new Error("handleEvents was called");
  }
}
