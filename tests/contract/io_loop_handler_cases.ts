/**
 * Handlers of an `IOLoop`.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { IOLoop, IOLoopClosedError } from "../../ioloop/mod.ts";
import { type Interest, SocketError } from "../../poller/mod.ts";
import { AsyncLocalStorage } from "node:async_hooks";
import type { IOLoopSuite } from "./io_loop_contract.ts";
import { closeAll, sendAll, streamPair } from "./stream_pair.ts";
import { stopAfterPasses } from "./stop_after_passes.ts";

const { NONE, READ, WRITE } = IOLoop;
const request = new AsyncLocalStorage<string>();
const BYTES = new Uint8Array([1, 2, 3]);

/** Registers the cases. */
export function handlerCases(suite: IOLoopSuite): void {
  eventCases(suite);
  changeCases(suite);
  batchCases(suite);
  objectCases(suite);
}

function eventCases(suite: IOLoopSuite): void {
  suite("IO-10 IOLoop.addHandler() for READ never brings WRITE", async (test) => {
    const { ioLoop, log, run } = test;
    const [a, b] = await streamPair(test.platform);
    ioLoop.addHandler(a.id, (fd, events) => {
      log.push(`${fd === a.id} ${events}`);
      ioLoop.stop();
    }, READ);
    await sendAll(test.world, b, BYTES);
    await run();
    assertEquals(log, [`true ${READ}`]);
    closeAll(a, b);
  });

  suite("IOLoop.addHandler() for WRITE never brings READ", async (test) => {
    const { ioLoop, log, run } = test;
    const [a, b] = await streamPair(test.platform);
    await sendAll(test.world, b, BYTES);
    ioLoop.addHandler(a.id, (_fd, events) => void log.push(String(events)), WRITE);
    stopAfterPasses(ioLoop);
    await run();
    assert(log.length > 0);
    assertEquals(new Set(log), new Set([String(WRITE)]));
    closeAll(a, b);
  });

  suite("IOLoop.addHandler() for both brings READ and WRITE in one call", async (test) => {
    const { ioLoop, run } = test;
    const [a, b] = await streamPair(test.platform);
    const seen: Interest[] = [];
    ioLoop.addHandler(a, (_fd, events) => {
      seen.push(events);
      if ((events & READ) !== 0) ioLoop.stop();
    }, READ | WRITE);
    await sendAll(test.world, b, BYTES);
    await run();
    // WRITE alone until the bytes arrive, and then both at once.
    assertEquals(seen.pop(), READ | WRITE);
    assertEquals(seen.filter((events) => events !== WRITE), []);
    closeAll(a, b);
  });

  suite("IOLoop.addHandler() is called again for what was left unread", async (test) => {
    const { ioLoop, log, run } = test;
    const [a, b] = await streamPair(test.platform);
    const one = new Uint8Array(1);
    ioLoop.addHandler(a, () => {
      if (typeof a.receiveInto(one) === "number") log.push(`byte ${one[0]}`);
      if (log.length === 3) ioLoop.stop();
    }, READ);
    await sendAll(test.world, b, BYTES);
    await run();
    assertEquals(log, ["byte 1", "byte 2", "byte 3"]);
    closeAll(a, b);
  });

  suite("IOLoop.addHandler() brings READ at the end of the stream", async (test) => {
    const { ioLoop, log, run } = test;
    const [a, b] = await streamPair(test.platform);
    ioLoop.addHandler(a, (_fd, events) => {
      assertEquals(events & READ, READ);
      log.push(String(a.receive()));
      ioLoop.stop();
    }, READ);
    b.shutdownWrite();
    await run();
    assertEquals(log, ["null"]);
    closeAll(a, b);
  });

  suite("IOLoop.addHandler() runs handlers in the context of its caller", async (test) => {
    const { ioLoop, log, run } = test;
    const [a, b] = await streamPair(test.platform);
    request.run("adder", () =>
      ioLoop.addHandler(a, () => {
        log.push(`${request.getStore()} ${IOLoop.current() === ioLoop}`);
        ioLoop.stop();
      }, WRITE));
    await run();
    assertEquals(log, ["adder true"]);
    closeAll(a, b);
  });

  suite("IOLoop.addHandler() does not stop a busy loop from seeing readiness", async (test) => {
    const { ioLoop, log, run } = test;
    const [a, b] = await streamPair(test.platform);
    let isOver = false;
    const again = () => {
      if (!isOver) ioLoop.addCallback(again);
    };
    ioLoop.addCallback(again);
    ioLoop.addHandler(a, () => {
      log.push("read");
      isOver = true;
      ioLoop.stop();
    }, READ);
    await sendAll(test.world, b, BYTES);
    await run();
    assertEquals(log, ["read"]);
    closeAll(a, b);
  });
}

function changeCases(suite: IOLoopSuite): void {
  suite("IOLoop.updateHandler() replaces the interest, also by none at all", async (test) => {
    const { ioLoop, log, run } = test;
    const [a, b] = await streamPair(test.platform);
    ioLoop.addHandler(a, (_fd, events) => {
      log.push(String(events));
      ioLoop.updateHandler(a, NONE);
      // Interest in nothing brings nothing, though both are ready all the time.
      ioLoop.callLater(0.005, () => {
        log.push("quiet");
        ioLoop.updateHandler(a.id, READ);
        if (log.length === 4) ioLoop.stop();
      });
    }, WRITE);
    await sendAll(test.world, b, BYTES);
    await run();
    assertEquals(log, [String(WRITE), "quiet", String(READ), "quiet"]);
    closeAll(a, b);
  });

  suite("IOLoop.addHandler() for nothing brings nothing until it is updated", async (test) => {
    const { ioLoop, log, run } = test;
    const [a, b] = await streamPair(test.platform);
    await sendAll(test.world, b, BYTES);
    ioLoop.addHandler(a, (_fd, events) => {
      log.push(String(events));
      ioLoop.stop();
    }, NONE);
    ioLoop.callLater(0.005, () => {
      log.push("update");
      ioLoop.updateHandler(a, READ);
    });
    await run();
    assertEquals(log, ["update", String(READ)]);
    closeAll(a, b);
  });

  suite("IOLoop.removeHandler() keeps what has arrived for the next handler", async (test) => {
    const { ioLoop, log, run } = test;
    const [a, b] = await streamPair(test.platform);
    ioLoop.addHandler(a, () => {
      log.push("first");
      ioLoop.removeHandler(a);
      ioLoop.addCallback(() =>
        ioLoop.addHandler(a, () => {
          log.push(`second ${a.receive()?.[0]}`);
          ioLoop.stop();
        }, READ)
      );
    }, READ);
    await sendAll(test.world, b, BYTES);
    await run();
    assertEquals(log, ["first", "second 1"]);
    closeAll(a, b);
  });

  suite("IOLoop.stop() in a handler lets one more batch of callbacks run", async (test) => {
    const { ioLoop, log, run } = test;
    const [a, b] = await streamPair(test.platform);
    ioLoop.addCallback(() => log.push("callback"));
    ioLoop.addHandler(a, () => {
      ioLoop.removeHandler(a);
      ioLoop.addCallback(() => {
        log.push("one more batch");
        ioLoop.addCallback(() => log.push("next run"));
      });
      ioLoop.stop();
      ioLoop.callAt(ioLoop.time(), () => log.push("due timeout"));
      log.push("handler");
    }, WRITE);
    await run();
    // Ready from the beginning, it waits for its part of the first pass all the same.
    assertEquals(log, ["callback", "handler", "one more batch", "due timeout"]);
    closeAll(a, b);
  });
}

function batchCases(suite: IOLoopSuite): void {
  suite(
    "IO-26 IOLoop.removeHandler() in a handler keeps another of the batch away",
    async (test) => {
      const { ioLoop, log, run } = test;
      const [a, b] = await streamPair(test.platform);
      for (const [own, other] of [[a, b], [b, a]] as const) {
        ioLoop.addHandler(own, () => {
          log.push(`handler ${own.id}`);
          ioLoop.removeHandler(other);
          if (log.length === 3) ioLoop.stop();
        }, WRITE);
      }
      await run();
      // Both are writable at once; the one that comes first removes the other for good.
      assertEquals(log, [log[0], log[0], log[0]]);
      ioLoop.removeHandler(a);
      ioLoop.removeHandler(b);
      closeAll(a, b);
    },
  );

  suite(
    "IOLoop.addHandler() in a handler waits for the next pass, also for a number just removed",
    async (test) => {
      const { ioLoop, log, run } = test;
      const [a, b] = await streamPair(test.platform);
      for (const own of [a, b]) {
        ioLoop.addHandler(own.id, () => {
          log.push("old");
          for (const handle of [a, b]) {
            ioLoop.removeHandler(handle.id);
            ioLoop.addHandler(handle, () => {
              log.push("new");
              ioLoop.removeHandler(handle);
            }, WRITE);
          }
          ioLoop.addCallback(() => log.push("callback"));
          stopAfterPasses(ioLoop);
        }, WRITE);
      }
      await run();
      // One old handler takes both numbers over: no event of its batch reaches the new ones.
      assertEquals(log, ["old", "callback", "new", "new"]);
      closeAll(a, b);
    },
  );

  suite(
    "IOLoop.removeHandler() of a closed handle and of an unknown one is silent",
    async (test) => {
      const { ioLoop, log, run } = test;
      const [a, b] = await streamPair(test.platform);
      ioLoop.addHandler(a, () => log.push("a"), WRITE);
      ioLoop.addHandler(b, () => {
        log.push("b");
        b.abort();
        ioLoop.stop();
      }, WRITE);
      a.abort();
      await run();
      assertEquals(log, ["b"]);
      ioLoop.removeHandler(a);
      ioLoop.removeHandler(b.id);
      ioLoop.removeHandler(b);
    },
  );
}

function objectCases(suite: IOLoopSuite): void {
  suite("IO-18 IOLoop.close() closes the registered objects with allFds", async (test) => {
    const { ioLoop, log } = test;
    const [a, b] = await streamPair(test.platform);
    const object = {
      fileno: () => a.fileno(),
      close() {
        log.push("object");
        a.abort();
      },
    };
    ioLoop.addHandler(object, () => {}, READ);
    ioLoop.addHandler(b.id, () => {}, READ);
    ioLoop.close({ allFds: true });
    assertEquals(log, ["object"]);
    assertEquals([a.closed, b.closed], [true, true]);
    ioLoop.close({ allFds: true });
    assertEquals(log, ["object"]);
  });

  suite("IOLoop.close() closes everything with allFds though an object throws", async (test) => {
    const { ioLoop, log } = test;
    const [a, b] = await streamPair(test.platform);
    ioLoop.handleCallbackException = (callback, error) => {
      log.push(`${callback.name}: ${error}`);
      // The loop is closed whole by now.
      assertThrows(() => ioLoop.callLater(1, () => {}), IOLoopClosedError);
      log.push(`b is ${b.closed ? "closed" : "open"}`);
    };
    const object = {
      fileno: () => a.fileno(),
      close() {
        throw new RangeError("own");
      },
    };
    ioLoop.addHandler(object, function handler() {}, READ);
    ioLoop.addHandler(b.id, () => {}, READ);
    ioLoop.close({ allFds: true });
    assertEquals(log, ["handler: RangeError: own", "b is closed"]);
    a.close();
  });

  suite("IOLoop.close() leaves the registered objects open by default", async (test) => {
    const { ioLoop, platform } = test;
    const [a, b] = await streamPair(platform);
    ioLoop.addHandler(a, () => {}, READ);
    ioLoop.close();
    assertEquals(a.closed, false);
    assertEquals(platform.poller.size, 0);
    closeAll(a, b);
  });

  suite("IO-19 IOLoop.addHandler() hands over what was registered", async (test) => {
    const { ioLoop, run } = test;
    const [a, b] = await streamPair(test.platform);
    let asked = 0;
    const object = {
      fileno() {
        asked++;
        return a.id;
      },
    };
    const seen = new Set<unknown>();
    const handler = (fd: unknown) => {
      seen.add(fd);
      if (seen.size === 2) ioLoop.stop();
    };
    ioLoop.addHandler(object, handler, WRITE);
    ioLoop.addHandler(b.id, handler, WRITE);
    await run();
    assertEquals(seen.size, 2);
    assert(seen.has(object) && seen.has(b.id));
    ioLoop.updateHandler(object, READ);
    ioLoop.removeHandler(object);
    assertStrictEquals(asked, 1);
    closeAll(a, b);
  });

  suite("IOLoop.splitFd() tells the number from the object", async (test) => {
    const { ioLoop } = test;
    const [a, b] = await streamPair(test.platform);
    const object = { fileno: () => b.id };
    assertEquals(ioLoop.splitFd(a.id), [a.id, a.id]);
    for (const [fd, number] of [[a, a.id], [object, b.id]] as const) {
      const [found, same] = ioLoop.splitFd(fd);
      assertEquals(found, number);
      assertStrictEquals<unknown>(same, fd);
    }
    closeAll(a, b);
    assertEquals(ioLoop.splitFd(a)[0], -1);
    for (const fd of ["1", null, {}] as unknown as number[]) {
      assertThrows(() => ioLoop.splitFd(fd), TypeError);
    }
  });

  suite("IOLoop.closeFd() takes numbers and objects, and what is closed", async (test) => {
    const { ioLoop } = test;
    const [a, b] = await streamPair(test.platform);
    ioLoop.closeFd(a.id);
    ioLoop.closeFd({ fileno: () => b.id });
    ioLoop.closeFd(a.id);
    ioLoop.closeFd(a);
    assertEquals([a.closed, b.closed], [true, true]);
    const closing = (error: Error) => ({
      fileno: () => -1,
      close() {
        throw error;
      },
    });
    ioLoop.closeFd(closing(new SocketError("EBADF", "Cannot close: it is closed")));
    assertThrows(() => ioLoop.closeFd(closing(new RangeError("own"))), RangeError, "own");
  });
}
