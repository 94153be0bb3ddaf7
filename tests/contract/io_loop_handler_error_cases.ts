/**
 * What may go wrong with the handlers of an `IOLoop`.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { HandlerExistsError, HandlerNotFoundError, IOLoop } from "../../ioloop/mod.ts";
import { AlreadyRegisteredError, SocketError } from "../../poller/mod.ts";
import type { IOLoopSuite } from "./io_loop_contract.ts";
import { closeAll, streamPair } from "./stream_pair.ts";

const { ERROR, NONE, READ, WRITE } = IOLoop;

/** Registers the cases. */
export function handlerErrorCases(suite: IOLoopSuite): void {
  registrationCases(suite);
  thrownCases(suite);
  failureCases(suite);
}

function registrationCases(suite: IOLoopSuite): void {
  suite("IO-04 IOLoop.addHandler() throws for a number that has a handler", async (test) => {
    const { ioLoop, platform, log, run } = test;
    const [a, b] = await streamPair(platform);
    ioLoop.addHandler(a.id, () => {
      log.push("first");
      ioLoop.stop();
    }, WRITE);
    assertThrows(() => ioLoop.addHandler(a.id, () => {}, READ), HandlerExistsError);
    assertThrows(() => ioLoop.addHandler(a.id, () => {}, NONE), HandlerExistsError);
    await run();
    assertEquals(new Set(log), new Set(["first"]));
    ioLoop.removeHandler(a.id);
    ioLoop.addHandler(a.id, () => {}, READ);
    closeAll(a, b);
  });

  suite("IO-05 IOLoop.removeHandler() of an unknown descriptor is silent", async (test) => {
    const { ioLoop } = test;
    const [a, b] = await streamPair(test.platform);
    ioLoop.removeHandler(a.id);
    ioLoop.removeHandler(b);
    ioLoop.removeHandler(-1);
    ioLoop.removeHandler({ fileno: () => 1e9 });
    closeAll(a, b);
  });

  suite("IO-20 IOLoop.addHandler() throws for the number of an object, and back", async (test) => {
    const { ioLoop } = test;
    const [a, b] = await streamPair(test.platform);
    const again = (fd: number | { fileno(): number }) =>
      assertThrows(() => ioLoop.addHandler(fd, () => {}, READ), HandlerExistsError);
    ioLoop.addHandler(a, () => {}, READ);
    again(a);
    again(a.id);
    again({ fileno: () => a.id });
    ioLoop.addHandler(b.id, () => {}, READ);
    again(b);
    // An object counts as itself, whatever its number has become.
    let number = a.id;
    const object = { fileno: () => number };
    ioLoop.removeHandler(a);
    ioLoop.addHandler(object, () => {}, READ);
    number = -1;
    again(object);
    ioLoop.removeHandler(object);
    closeAll(a, b);
  });

  suite("IOLoop.addHandler() throws for what is not open", async (test) => {
    const { ioLoop, platform } = test;
    const [a, b] = await streamPair(platform);
    closeAll(a, b);
    for (const fd of [a, a.id, -1, NaN, 1e9, { fileno: () => -1 }]) {
      const error = assertThrows(() => ioLoop.addHandler(fd, () => {}, READ), SocketError);
      assertEquals(error.code, "EBADF");
    }
    assertThrows(() => ioLoop.addHandler("1" as unknown as number, () => {}, READ), TypeError);
    assertThrows(() => ioLoop.addHandler(null as unknown as number, () => {}, READ), TypeError);
    assertEquals(platform.poller.size, 0);
  });

  suite("IOLoop.addHandler() leaves nothing behind when it fails", async (test) => {
    const { ioLoop, platform } = test;
    const [a, b] = await streamPair(platform);
    platform.poller.register(a, READ);
    assertThrows(() => ioLoop.addHandler(a, () => {}, READ), AlreadyRegisteredError);
    platform.poller.unregister(a);
    ioLoop.addHandler(a, () => {}, READ);
    ioLoop.removeHandler(a.id);
    assertEquals(platform.poller.size, 0);
    closeAll(a, b);
  });

  suite("IOLoop.updateHandler() throws for what has no handler", async (test) => {
    const { ioLoop } = test;
    const [a, b] = await streamPair(test.platform);
    assertThrows(() => ioLoop.updateHandler(a, READ), HandlerNotFoundError);
    assertThrows(() => ioLoop.updateHandler(a.id, READ), HandlerNotFoundError);
    ioLoop.addHandler(a, () => {}, READ);
    a.abort();
    assertThrows(() => ioLoop.updateHandler(a, WRITE), SocketError);
    ioLoop.removeHandler(a);
    closeAll(b);
  });
}

function thrownCases(suite: IOLoopSuite): void {
  suite("IOLoop.addHandler() keeps a handler that throws, and reports", async (test) => {
    const { ioLoop, log, run, world } = test;
    const [a, b] = await streamPair(test.platform);
    const failure = new RangeError("broken");
    ioLoop.addHandler(a, function serve(_fd, events) {
      log.push(String(events));
      if (log.length === 3) ioLoop.stop();
      throw failure;
    }, WRITE);
    await run();
    // Three normal calls: no call with ERROR in between, as a reactor that disconnects would make.
    assertEquals(log, [WRITE, WRITE, WRITE].map(String));
    const report = { message: "Exception in callback serve", error: failure };
    assertEquals(world.takeReports(), [report, report, report]);
    closeAll(a, b);
  });

  suite("IOLoop.addHandler() hands errors to an overridden hook", async (test) => {
    const { ioLoop, run } = test;
    const [a, b] = await streamPair(test.platform);
    const failure = new RangeError("broken");
    const taken: unknown[] = [];
    ioLoop.handleCallbackException = (callback, error) => {
      taken.push(callback, error);
      ioLoop.removeHandler(a);
      ioLoop.stop();
    };
    const handler = () => Promise.reject(failure);
    ioLoop.addHandler(a, () => {
      ioLoop.updateHandler(a, NONE);
      return handler();
    }, WRITE);
    await run();
    assertEquals(taken.slice(1), [failure]);
    closeAll(a, b);
  });

  suite("IOLoop.addHandler() ignores a broken pipe", async (test) => {
    const { ioLoop, log, run, world } = test;
    const [a, b] = await streamPair(test.platform);
    ioLoop.addHandler(a, () => {
      log.push("handler");
      ioLoop.removeHandler(a);
      ioLoop.stop();
      throw new SocketError("EPIPE", "Cannot send: the peer is gone");
    }, WRITE);
    await run();
    assertEquals(log, ["handler"]);
    assertEquals(world.takeReports(), []);
    closeAll(a, b);
  });
}

function failureCases(suite: IOLoopSuite): void {
  for (const [name, interest] of [["ERROR", ERROR], ["nothing", NONE]] as const) {
    suite(`IOLoop.addHandler() for ${name} brings the failure of a handle`, async (test) => {
      const { ioLoop, log, run, platform } = test;
      const gone = platform.network.listen({ transport: "tcp", hostname: "127.0.0.1", port: 0 });
      const address = gone.localAddress;
      gone.close();
      await gone.released;
      const a = platform.network.connect(address);
      ioLoop.addHandler(a, (_fd, events) => {
        log.push(`${events & (READ | WRITE)} ${(events & ERROR) !== 0} ${a.takeError()?.code}`);
        ioLoop.removeHandler(a);
        ioLoop.stop();
      }, interest);
      await run();
      assertEquals(log, ["0 true ECONNREFUSED"]);
      closeAll(a);
    });
  }

  suite("IOLoop.addHandler() survives the failure of its handle", async (test) => {
    const { ioLoop, log, run, platform } = test;
    const [a, b] = await streamPair(platform);
    ioLoop.addHandler(a, (_fd, events) => {
      if (log.length === 0) log.push("first");
      if ((events & READ) === 0) return;
      try {
        if (a.receive() === undefined) return;
        log.push("end");
      } catch (error) {
        assert(error instanceof SocketError);
        log.push("error");
      }
      // It stays registered until it is removed: the end is reported again.
      if (log.length === 3) {
        ioLoop.removeHandler(a);
        ioLoop.stop();
      }
    }, READ);
    b.abort();
    await run();
    assertEquals(log.length, 3);
    assertEquals(log[2], "end");
    closeAll(a);
  });
}
