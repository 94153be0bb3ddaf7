/**
 * What a `TwistedIOLoop` and its reactor share: descriptors.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { IOLoop, TwistedIOLoop } from "../../ioloop/mod.ts";
import { AlreadyRegisteredError, type Platform, type StreamHandle } from "../../poller/mod.ts";
import type { IReactor, IReadDescriptor, ReactorBase } from "../../reactor/mod.ts";
import { closeAll, sendAll, streamPair } from "./stream_pair.ts";
import type { TestFunction, World, WorldRun } from "./world.ts";
import { stopAfterPasses } from "./stop_after_passes.ts";

/** What to test, and where. */
export interface TwistedIOLoopContractOptions {
  /** Registers a test. */
  readonly test: TestFunction;
  /** Where the tests run. */
  readonly world: World;
  /** Stands in the names of tests. */
  readonly name: string;
  /** Makes the reactor that the loop stands on. */
  readonly makeReactor: (platform: Platform) => ReactorBase;
}

interface Case {
  readonly reactor: IReactor;
  readonly ioLoop: TwistedIOLoop;
  readonly log: string[];
  readonly world: WorldRun;
  readonly a: StreamHandle;
  readonly b: StreamHandle;
}

const BYTES = new Uint8Array([1, 2, 3]);

/** A descriptor of the reactor itself. */
class Reader implements IReadDescriptor {
  readonly #handle: StreamHandle;
  readonly #onRead: () => void;

  constructor(handle: StreamHandle, onRead: () => void) {
    this.#handle = handle;
    this.#onRead = onRead;
  }

  fileno(): number {
    return this.#handle.fileno();
  }

  doRead(): void {
    this.#onRead();
  }

  connectionLost(): void {}

  logPrefix(): string {
    return "reader";
  }
}

/** Registers the suite for one kind of reactor in one kind of world. */
export function twistedIOLoopContract(options: TwistedIOLoopContractOptions): void {
  const suite = (title: string, body: (test: Case) => Promise<void>) =>
    options.test(`${title} [${options.name}, ${options.world.name}]`, () =>
      options.world.run(async (world) => {
        const { platform } = world;
        const [a, b] = await streamPair(platform);
        const reactor = options.makeReactor(platform);
        using ioLoop = new TwistedIOLoop(reactor);
        await body({ reactor, ioLoop, log: [], world, a, b });
        closeAll(a, b);
      }));

  suite(
    "TwistedIOLoop.close() leaves the reactor's descriptors (Tornado's bridge removes them)",
    async ({ reactor, ioLoop, log, world, a, b }) => {
      const reader = new Reader(a, () => {
        log.push("reactor's reader");
        reactor.removeReader(reader);
        reactor.crash();
      });
      reactor.addReader(reader);
      ioLoop.addHandler(b, () => log.push("handler"), IOLoop.WRITE);
      ioLoop.close();
      assertEquals(reactor.getReaders(), [reader]);
      assertEquals(reactor.getWriters(), []);
      await sendAll(world, b, BYTES);
      await reactor.run();
      assertEquals(log, ["reactor's reader"]);
    },
  );

  suite(
    "TwistedIOLoop.addHandler() hears ERROR once, and no more, when the reactor disconnects all",
    async ({ reactor, ioLoop, log, a }) => {
      ioLoop.addHandler(a, (fd, events) => {
        log.push(`${fd === a} ${events}`);
        // It was forgotten already, so that a handler may be added anew.
        ioLoop.addHandler(a, () => log.push("new"), IOLoop.NONE);
      }, IOLoop.READ);
      reactor.callLater(0, () => reactor.disconnectAll());
      stopAfterPasses(ioLoop);
      await ioLoop.start();
      assertEquals(log, [`true ${IOLoop.ERROR}`]);
      ioLoop.removeHandler(a);
    },
  );

  suite(
    "TwistedIOLoop.addHandler() throws for what a descriptor of the reactor reads",
    async ({ reactor, ioLoop, log, world, a, b }) => {
      const reader = new Reader(a, () => {
        log.push("reader");
        reactor.removeReader(reader);
        ioLoop.stop();
      });
      reactor.addReader(reader);
      assertThrows(() => ioLoop.addHandler(a, () => {}, IOLoop.READ), AlreadyRegisteredError);
      // Nothing of the attempt is left: the reader goes on, and the other direction is free.
      ioLoop.addHandler(a, () => ioLoop.removeHandler(a), IOLoop.WRITE);
      await sendAll(world, b, BYTES);
      await ioLoop.start();
      assertEquals(log, ["reader"]);
    },
  );

  suite(
    "TwistedIOLoop.addHandler() registers READ as a reader and WRITE as a writer",
    ({ reactor, ioLoop, a }) => {
      const counts = () => [reactor.getReaders().length, reactor.getWriters().length];
      const seen = [];
      ioLoop.addHandler(a, () => {}, IOLoop.NONE);
      for (const events of [IOLoop.READ, IOLoop.WRITE, IOLoop.READ | IOLoop.WRITE, IOLoop.ERROR]) {
        seen.push(counts());
        ioLoop.updateHandler(a, events);
      }
      seen.push(counts());
      assertEquals(seen, [[0, 0], [1, 0], [0, 1], [1, 1], [0, 0]]);
      assertEquals(reactor.platform.poller.size, 1);
      ioLoop.removeHandler(a);
      assertEquals(reactor.platform.poller.size, 0);
      return Promise.resolve();
    },
  );
}
