/**
 * The life of a reactor: what `IReactorCore` promises.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  ReactorAlreadyRunning,
  ReactorNotRestartable,
  ReactorNotRunning,
} from "../../reactor/mod.ts";
import { pair, sendAll } from "./passes.ts";
import { messages, type ReactorTest, StreamDescriptor } from "./reactor_run.ts";

/** A short wait: real time passes in some worlds. */
const SHORT = 0.002;

/**
 * Registers the tests.
 *
 * @param check Registers one.
 */
export function reactorCoreCases(check: ReactorTest): void {
  check("CORE-01 IReactorCore.stop() raises when the reactor never ran", async ({ reactor }) => {
    assertThrows(() => reactor.stop(), ReactorNotRunning);
    reactor.callWhenRunning(() => reactor.stop());
    await reactor.run(); // The refused stop was not remembered.
  });

  check("CORE-02 IReactorCore.stop() raises when the reactor has stopped", async ({ reactor }) => {
    reactor.callWhenRunning(() => {
      reactor.stop();
      assertThrows(() => reactor.stop(), ReactorNotRunning); // It is stopping already.
    });
    await reactor.run();
    assertThrows(() => reactor.stop(), ReactorNotRunning);
  });

  check(
    "CORE-03 IReactorCore.callWhenRunning() calls in registration order",
    async ({ reactor, log }) => {
      reactor.callWhenRunning((name: string) => log.push(name), "first");
      reactor.callWhenRunning(() => {
        log.push("second");
        reactor.stop();
      });
      reactor.callWhenRunning((name: string) => log.push(name), "third");
      await reactor.run();
      assertEquals(log, ["first", "second", "third"]);
    },
  );

  check(
    "CORE-04 IReactorCore.running turns true in the during phase of startup",
    async ({ reactor, log }) => {
      for (const phase of ["before", "during", "after"] as const) {
        reactor.addSystemEventTrigger(phase, "startup", () => {
          log.push(`${phase} ${reactor.running}`);
          if (phase === "after") reactor.stop();
        });
      }
      for (const phase of ["before", "after"] as const) {
        reactor.addSystemEventTrigger(phase, "shutdown", () => {
          log.push(`${phase} shutdown ${reactor.running}`);
        });
      }
      await reactor.run();
      assertEquals(log, [
        "before false",
        "during true",
        "after true",
        "before shutdown true",
        "after shutdown false",
      ]);
    },
  );

  check(
    "CORE-05 IReactorCore.run() listens for signals from the during phase on",
    async ({ reactor, signals, log }) => {
      const note = (phase: string) => log.push(`${phase} ${signals.listening.join(" ")}`);
      reactor.addSystemEventTrigger("before", "startup", note, "before");
      reactor.addSystemEventTrigger("after", "startup", note, "after");
      reactor.addSystemEventTrigger("after", "shutdown", note, "shutdown");
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run();
      assertEquals(log, ["before ", "after SIGINT SIGTERM", "shutdown "]);
    },
  );

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    check(
      `IReactorCore.run() ends when ${signal} arrives`,
      async ({ reactor, signals, log }) => {
        reactor.addSystemEventTrigger("before", "shutdown", () => log.push("shutdown"));
        reactor.callWhenRunning(() => {
          signals.send(signal);
          signals.send(signal); // A second one while the reactor stops is ignored.
          log.push("sent");
        });
        await reactor.run();
        assertEquals(log, ["sent", "shutdown"]);
      },
    );
  }

  check(
    "IReactorCore.run() leaves signals alone when it is told so",
    async ({ reactor, signals, log }) => {
      reactor.callWhenRunning(() => {
        log.push(...signals.listening);
        reactor.stop();
      });
      await reactor.run({ installSignalHandlers: false });
      assertEquals(log, []);
    },
  );

  check(
    "CORE-06 IReactorCore.stop() fires the shutdown event before run() is over",
    async ({ reactor, log }) => {
      for (const phase of ["after", "during", "before"] as const) {
        reactor.addSystemEventTrigger(phase, "shutdown", () => log.push(phase));
      }
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run();
      assertEquals(log, ["before", "during", "after"]);
    },
  );

  check(
    "CORE-07 IReactorCore.stop() fires nothing inside the call",
    async ({ reactor, log }) => {
      reactor.addSystemEventTrigger("before", "shutdown", () => log.push("shutdown"));
      reactor.callLater(0, () => {
        reactor.stop();
        log.push("after the call");
      });
      await reactor.run();
      assertEquals(log, ["after the call", "shutdown"]);
    },
  );

  check(
    "CORE-08 IReactorCore.stop() disconnects the rest when one connectionLost throws",
    async ({ reactor, platform, takeLogged }) => {
      const { client, server } = await pair(platform);
      const bad = new StreamDescriptor(client);
      bad.connectionLost = () => {
        throw new Error("on purpose");
      };
      const good = new StreamDescriptor(server);
      reactor.addReader(bad);
      reactor.addReader(good);
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run();
      assertEquals(messages(takeLogged()), ["Exception in connectionLost"]);
      assertEquals(good.lost.length, 1);
      client.close();
      server.close();
    },
  );

  check("CORE-09 IReactorCore.run() rejects inside a running reactor", async ({ reactor, log }) => {
    reactor.callLater(0, () => {
      reactor.run().catch((error: Error) => log.push(error.name)).then(() => reactor.stop());
    });
    const first = reactor.run();
    await assertRejects(() => reactor.run(), ReactorAlreadyRunning);
    await first;
    assertEquals(log, ["ReactorAlreadyRunning"]);
  });

  check(
    "CORE-10 IReactorCore.run() serves timers while a before trigger of startup waits",
    async ({ reactor, log }) => {
      reactor.addSystemEventTrigger("before", "startup", () =>
        new Promise<void>((resolve) => {
          reactor.callLater(SHORT, () => {
            log.push(`timer ${reactor.running}`);
            resolve();
          });
        }));
      reactor.callWhenRunning(() => {
        log.push(`started ${reactor.running}`);
        reactor.callLater(0, () => reactor.stop());
      });
      await reactor.run();
      assertEquals(log, ["timer false", "started true"]);
    },
  );

  check(
    "CORE-11 IReactorCore.iterate() returns although a call is far away",
    async ({ reactor, log }) => {
      reactor.callLater(5, () => log.push("far"));
      reactor.callLater(0, () => log.push("near"));
      const start = reactor.seconds();
      await reactor.iterate(0);
      assertEquals(log, ["near"]);
      assert(reactor.seconds() - start < 5);
    },
  );

  check(
    "IReactorCore.iterate() reads what is ready and rejects bad use",
    async ({ reactor, platform, log }) => {
      const { client, server } = await pair(platform);
      await sendAll(platform.poller, client, new Uint8Array(1));
      const reader = new StreamDescriptor(server);
      reader.doRead = () => {
        server.receive();
        log.push("read");
      };
      reactor.addReader(reader);
      await assertRejects(() => reactor.iterate(NaN), RangeError);
      while (log.length === 0) {
        const iteration = reactor.iterate(1);
        await assertRejects(() => reactor.iterate(), ReactorAlreadyRunning);
        await iteration;
      }
      reactor.callWhenRunning(() => {
        reactor.run().catch(() => {});
        reactor.iterate().catch((error: Error) => log.push(error.name)).then(() => reactor.stop());
      });
      await reactor.run();
      assertEquals(log, ["read", "ReactorAlreadyRunning"]);
      client.close();
      server.close();
    },
  );

  check("CORE-12 IReactorCore.crash() ends run() without any event", async ({ reactor, log }) => {
    for (const phase of ["before", "during", "after"] as const) {
      reactor.addSystemEventTrigger(phase, "shutdown", () => log.push(phase));
    }
    reactor.callLater(0, () => reactor.crash());
    await reactor.run();
    assertEquals(log, []);
    assert(!reactor.running);
  });

  check(
    "CORE-13 IReactorCore.run() works again after a crash, also one during startup",
    async ({ reactor, log }) => {
      reactor.addSystemEventTrigger("after", "startup", () => {
        log.push("startup");
        reactor.crash();
      });
      await reactor.run();
      assert(!reactor.running);
      for (let i = 0; i < 3; i++) {
        reactor.callLater(0, () => {
          log.push(`run ${i} ${reactor.running}`);
          reactor.crash();
        });
        await reactor.run();
      }
      assertEquals(log, ["startup", "run 0 true", "run 1 true", "run 2 true"]);
    },
  );

  check(
    "IReactorCore.run() in the callback that crashed begins another run",
    async ({ reactor, log }) => {
      let second: Promise<void> | undefined;
      reactor.callLater(0, () => {
        reactor.crash();
        second = reactor.run();
        reactor.callLater(0, () => {
          log.push("second");
          reactor.stop();
        });
      });
      await reactor.run();
      log.push("first is over");
      await second;
      log.push("second is over");
      // The first is over no later than the second; which callback runs between is not promised.
      assertEquals(log.filter((line) => line !== "second"), ["first is over", "second is over"]);
      assert(log.includes("second"));
    },
  );

  check(
    "IReactorCore.run() in a startup trigger that crashed is the run that goes on",
    async ({ reactor, log }) => {
      let inner: Promise<void> | undefined;
      reactor.callWhenRunning(() => {
        reactor.crash();
        inner = reactor.run();
        reactor.callLater(0, () => {
          log.push("called");
          reactor.stop();
        });
      });
      await reactor.run();
      await inner;
      assertEquals(log, ["called"]);
    },
  );

  check(
    "CORE-14 IReactorCore.run() rejects after stop(), also inside after triggers",
    async ({ reactor, log }) => {
      let inside: Promise<void> | undefined;
      reactor.addSystemEventTrigger("after", "shutdown", () => {
        inside = reactor.run().catch((error: Error) => void log.push(error.name));
      });
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run();
      await inside;
      await assertRejects(() => reactor.run(), ReactorNotRestartable);
      assertEquals(log, ["ReactorNotRestartable"]);
    },
  );

  check(
    "TW-01 IReactorCore.callWhenRunning() calls at once when the reactor runs",
    async ({ reactor, log }) => {
      const trigger = reactor.callWhenRunning(() => {
        log.push("outer");
        const inner = reactor.callWhenRunning(() => log.push("inner"));
        assertStrictEquals(inner, null);
        log.push("after inner");
        reactor.stop();
      });
      assertEquals(trigger?.phase, "after");
      await reactor.run();
      assertEquals(log, ["outer", "inner", "after inner"]);
    },
  );

  check(
    "IReactorCore.callWhenRunning() throws what the function throws when the reactor runs",
    async ({ reactor }) => {
      reactor.callWhenRunning(() => {
        assertThrows(
          () =>
            reactor.callWhenRunning(() => {
              throw new Error("on purpose");
            }),
          Error,
          "on purpose",
        );
        reactor.stop();
      });
      await reactor.run();
    },
  );

  check(
    "IReactorCore.stop() waits for before triggers and serves meanwhile",
    async ({ reactor, log }) => {
      reactor.addSystemEventTrigger("before", "shutdown", () => {
        log.push("before");
        return new Promise<void>((resolve) => {
          reactor.callLater(SHORT, () => {
            log.push("timer");
            resolve();
          });
        });
      });
      reactor.addSystemEventTrigger("during", "shutdown", () => log.push("during"));
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run();
      assertEquals(log, ["before", "timer", "during"]);
    },
  );

  check("IReactorCore logs what triggers throw and goes on", async (run) => {
    const { reactor, log, takeLogged } = run;
    const error = new Error("on purpose");
    const fail = () => {
      throw error;
    };
    reactor.addSystemEventTrigger("before", "startup", fail);
    reactor.addSystemEventTrigger("during", "startup", fail);
    reactor.callWhenRunning(fail);
    reactor.callWhenRunning(() => {
      log.push("running");
      reactor.stop();
    });
    reactor.addSystemEventTrigger("before", "shutdown", () => Promise.reject(error));
    reactor.addSystemEventTrigger("during", "shutdown", fail);
    reactor.addSystemEventTrigger("after", "shutdown", () => log.push("stopped"));
    await reactor.run();
    assertEquals(log, ["running", "stopped"]);
    const events = takeLogged();
    assertEquals(messages(events), [
      "Exception in before startup trigger",
      "Exception in during startup trigger",
      "Exception in after startup trigger",
      "Exception in before shutdown trigger",
      "Exception in during shutdown trigger",
    ]);
    for (const event of events) assertStrictEquals("error" in event && event.error, error);
  });

  check("IReactorCore.crash() outside of every pass ends run()", async ({ reactor, world }) => {
    const over = reactor.run();
    await world.sleep(SHORT);
    assert(reactor.running);
    reactor.crash();
    assert(!reactor.running);
    await over;
  });

  check("IReactorCore.stop() outside of every pass ends run()", async ({ reactor, world, log }) => {
    reactor.addSystemEventTrigger("after", "shutdown", () => log.push("stopped"));
    const over = reactor.run();
    await world.sleep(SHORT);
    reactor.stop();
    assertEquals(log, []);
    await over;
    assertEquals(log, ["stopped"]);
  });

  check(
    "IReactorCore.stop() while a before trigger of startup waits never gets it running",
    async ({ reactor, log }) => {
      const blocked = Promise.withResolvers<void>();
      reactor.addSystemEventTrigger("before", "startup", () => blocked.promise);
      reactor.addSystemEventTrigger("after", "shutdown", () => log.push("stopped"));
      reactor.callLater(0, () => reactor.stop());
      await reactor.run();
      assertEquals(log, ["stopped"]);
      blocked.resolve();
      await blocked.promise;
      assert(!reactor.running);
    },
  );

  check("IReactorCore refuses what is not a function", async ({ reactor }) => {
    const nothing = undefined as unknown as () => void;
    assertThrows(() => reactor.addSystemEventTrigger("before", "startup", nothing), TypeError);
    assertThrows(() => reactor.callWhenRunning(nothing), TypeError);
    assertThrows(() => reactor.callLater(0, nothing), TypeError);
    assertThrows(() => reactor.callFromThread(nothing), TypeError);
    await Promise.resolve();
  });

  check(
    "IReactorCore.fireSystemEvent() by hand before a run leaves later shutdowns whole",
    async ({ reactor, log }) => {
      reactor.fireSystemEvent("shutdown");
      reactor.addSystemEventTrigger("after", "shutdown", () => log.push("stopped"));
      reactor.callWhenRunning(() => reactor.stop());
      await reactor.run();
      assertEquals(log, ["stopped"]);
    },
  );

  check("IReactorCore.run() rejects with an Error that has a code", async ({ reactor }) => {
    reactor.callWhenRunning(() => reactor.stop());
    await reactor.run();
    const error = await reactor.run().catch((error: unknown) => error);
    assertInstanceOf(error, ReactorNotRestartable);
    assertEquals(error.code, "REACTOR_NOT_RESTARTABLE");
  });
}
