import { assert, assertEquals, assertRejects } from "@std/assert";
import { AsyncLocalStorage } from "node:async_hooks";
import { PollIOLoop } from "../../ioloop/mod.ts";
import {
  Deferred,
  type LogEvent,
  PollReactor,
  ReactorAlreadyRunning,
  ReactorNotRestartable,
  TornadoReactor,
} from "../../reactor/mod.ts";
import { pair, sendAll } from "../contract/passes.ts";
import { withParts } from "../contract/platform_parts.ts";
import { FakeSignals, messages, StreamDescriptor } from "../contract/reactor_run.ts";
import { simWorld } from "../contract/sim_world.ts";
import type { WorldRun } from "../contract/world.ts";

const world = simWorld();

/** A loop with a reactor on it. */
interface Rig extends WorldRun {
  readonly ioLoop: PollIOLoop;
  readonly reactor: TornadoReactor;
  readonly signals: FakeSignals;
  readonly log: string[];
  readonly logged: LogEvent[];
}

function test(name: string, body: (rig: Rig) => Promise<void>): void {
  Deno.test(name, () =>
    world.run(async (run) => {
      const signals = new FakeSignals();
      const platform = withParts(run.platform, { signals });
      const ioLoop = new PollIOLoop(platform, { makeCurrent: false });
      const logged: LogEvent[] = [];
      const reactor = new TornadoReactor(ioLoop, {
        logObserver: (event) => void logged.push(event),
      });
      await body({ ...run, platform, ioLoop, reactor, signals, log: [], logged });
      for (const call of reactor.getDelayedCalls()) call.cancel();
      ioLoop.close();
    }));
}

/** Writes the phases of both events. */
function notePhases({ reactor, log }: Rig): void {
  for (const type of ["startup", "shutdown"]) {
    for (const phase of ["before", "during", "after"] as const) {
      reactor.addSystemEventTrigger(phase, type, () => log.push(`${phase} ${type}`));
    }
  }
}

const ALL_PHASES = [
  "before startup",
  "during startup",
  "after startup",
  "before shutdown",
  "during shutdown",
  "after shutdown",
];

test("TornadoReactor runs one state machine under ioLoop.start()", async (rig) => {
  const { ioLoop, reactor, log } = rig;
  notePhases(rig);
  reactor.callWhenRunning(() => reactor.stop());
  await ioLoop.start();
  assertEquals(log, ALL_PHASES);
  assert(!reactor.running && !ioLoop.isRunning());
  await assertRejects(() => reactor.run(), ReactorNotRestartable);
});

test("TornadoReactor runs the same state machine under run()", async (rig) => {
  const { reactor, log } = rig;
  notePhases(rig);
  reactor.callWhenRunning(() => reactor.stop());
  await reactor.run();
  assertEquals(log, ALL_PHASES);
});

test("TornadoReactor fires startup once when run() comes before the loop's first pass", async (rig) => {
  const { ioLoop, reactor, log } = rig;
  notePhases(rig);
  ioLoop.callLater(1, () => reactor.stop());
  await reactor.run();
  assertEquals(log, ALL_PHASES);
});

test("TornadoReactor leaves signals alone under ioLoop.start()", async (rig) => {
  const { ioLoop, reactor, signals } = rig;
  reactor.callWhenRunning(() => {
    assertEquals(signals.listening, []);
    ioLoop.stop();
  });
  await ioLoop.start();
  assert(reactor.running); // The loop may go on.
});

test("TornadoReactor goes on when the loop is started again", async ({ ioLoop, reactor, log }) => {
  reactor.callWhenRunning(() => {
    log.push("running");
    ioLoop.stop();
  });
  await ioLoop.start();
  reactor.callLater(1, () => {
    log.push("called");
    reactor.stop();
  });
  await ioLoop.start();
  assertEquals(log, ["running", "called"]);
});

test("TornadoReactor.crash() under ioLoop.start() ends the loop without an event", async (rig) => {
  const { ioLoop, reactor, log } = rig;
  reactor.addSystemEventTrigger("before", "shutdown", () => log.push("shutdown"));
  reactor.callLater(0, () => reactor.crash());
  await ioLoop.start();
  assertEquals(log, []);
  reactor.callLater(0, () => reactor.stop());
  await reactor.run(); // It may run again.
  assertEquals(log, ["shutdown"]);
});

test("TornadoReactor.run() rejects while somebody else runs the loop", async (rig) => {
  const { ioLoop, reactor, log } = rig;
  notePhases(rig);
  const over = ioLoop.start();
  await assertRejects(() => reactor.run(), ReactorAlreadyRunning); // No pass was made yet.
  assertEquals(log, []);
  await rig.sleep(1);
  await assertRejects(() => reactor.run(), ReactorAlreadyRunning);
  await assertRejects(() => reactor.iterate(), Error);
  reactor.stop();
  await over;
  assertEquals(log, ALL_PHASES);
});

test("TornadoReactor.run() ends, and may come again, when the loop is stopped below it", async (rig) => {
  const { ioLoop, reactor, log } = rig;
  reactor.addSystemEventTrigger("before", "shutdown", () => log.push("shutdown"));
  for (let i = 0; i < 2; i++) {
    ioLoop.callLater(1, () => ioLoop.stop());
    await reactor.run();
    assert(!reactor.running);
  }
  assertEquals(log, []);
});

test("TornadoReactor.run() rejects and is as before when the loop cannot start", async (rig) => {
  const { ioLoop, reactor, signals } = rig;
  ioLoop.close();
  await assertRejects(() => reactor.run(), Error);
  assert(!reactor.running);
  assertEquals(signals.listening, []);
});

test("TornadoReactor as a guest shuts down by hand and leaves the loop running", async (rig) => {
  const { ioLoop, platform, log } = rig;
  const { client, server } = await pair(platform);
  const descriptor = new StreamDescriptor(server);
  ioLoop.callLater(1, () => {
    const guest = new TornadoReactor(ioLoop);
    guest.addReader(descriptor);
    guest.addSystemEventTrigger("after", "shutdown", () => log.push("shut down"));
    ioLoop.callLater(1, () => {
      assert(guest.running);
      guest.fireSystemEvent("shutdown");
      guest.disconnectAll();
      assert(!guest.running);
    });
    ioLoop.callLater(2, () => {
      log.push("loop goes on");
      ioLoop.stop();
    });
  });
  await ioLoop.start();
  assertEquals(log, ["shut down", "loop goes on"]);
  assertEquals(descriptor.lost.length, 1);
  client.close();
  server.close();
});

test("TornadoReactor as a guest that never ran leaves no stop on the loop", async (rig) => {
  const { ioLoop, log } = rig;
  const guest = new TornadoReactor(ioLoop);
  guest.fireSystemEvent("shutdown");
  guest.crash();
  ioLoop.callLater(1, () => {
    log.push(`guest runs ${guest.running}`);
    ioLoop.stop();
  });
  await ioLoop.start();
  assertEquals(log, ["guest runs false"]);
});

test("TornadoReactor and its loop share one order of timers", async ({ ioLoop, reactor, log }) => {
  const moment = ioLoop.time() + 1;
  ioLoop.callAt(moment, () => log.push("Tornado 1"));
  reactor.callLater(1, () => log.push("Twisted 1"));
  ioLoop.callAt(moment, () => log.push("Tornado 2"));
  reactor.callLater(1, () => log.push("Twisted 2"));
  ioLoop.callAt(moment + 1, () => reactor.stop());
  assertEquals(reactor.seconds(), ioLoop.time());
  await reactor.run();
  assertEquals(log, ["Tornado 1", "Twisted 1", "Tornado 2", "Twisted 2"]);
});

test("TornadoReactor.callFromThread() leaves the results of Deferreds alone", async (rig) => {
  const { reactor, log } = rig;
  const deferred = new Deferred<string>();
  reactor.callFromThread(() => deferred);
  reactor.callLater(1, () => {
    deferred.callback("kept");
    deferred.addCallback((value) => void log.push(value));
    reactor.stop();
  });
  await reactor.run();
  assertEquals(log, ["kept"]);
});

test("TornadoReactor takes its errors to its own log", async (rig) => {
  const { reactor, ioLoop, logged, log } = rig;
  ioLoop.handleCallbackException = () => void log.push("the loop's hook");
  const fail = () => {
    throw new Error("on purpose");
  };
  reactor.callFromThread(fail);
  reactor.callLater(0, fail);
  reactor.callLater(1, () => reactor.stop());
  await reactor.run();
  assertEquals(messages(logged), ["Exception in call from thread", "Exception in delayed call"]);
  assertEquals(log, []);
});

test("TornadoReactor keeps no caller's context", async ({ reactor, platform, log }) => {
  const storage = new AsyncLocalStorage<string>();
  const { client, server } = await pair(platform);
  const reader = new StreamDescriptor(server);
  const note = (what: string) => log.push(`${what} ${storage.getStore()}`);
  reader.doRead = () => {
    server.receive();
    note("read");
    reactor.stop();
  };
  storage.run("request", () => {
    reactor.addReader(reader);
    reactor.callLater(0, note, "called");
    reactor.callFromThread(note, "from thread");
    client.send(new Uint8Array(1));
  });
  await reactor.run();
  assertEquals(log, ["from thread undefined", "called undefined", "read undefined"]);
  client.close();
  server.close();
});

test("TornadoReactor.iterate() leaves the startup to the loop's first own pass", async (rig) => {
  const { ioLoop, reactor, log } = rig;
  reactor.callWhenRunning(() => {
    log.push("running");
    reactor.stop();
  });
  const start = ioLoop.time();
  await reactor.iterate(2);
  assertEquals([log.length, ioLoop.time() - start], [0, 2]);
  await ioLoop.start();
  assertEquals(log, ["running"]);
});

test("TornadoReactor.iterate() ends early when something happens", async ({ ioLoop, reactor }) => {
  const start = ioLoop.time();
  reactor.callLater(1, () => {});
  await reactor.iterate(5);
  assertEquals(ioLoop.time() - start, 1);
  let isStopped = false;
  ioLoop.callLater(3, () => {
    isStopped = true;
    ioLoop.stop();
  });
  await ioLoop.start(); // No stop is left over from the pass made by hand.
  assert(isStopped);
});

test("TornadoReactor.iterate() leaves no stop behind when the loop was stopped before it", async (rig) => {
  const { ioLoop, reactor, log } = rig;
  reactor.callLater(1, () => ioLoop.stop());
  await reactor.iterate(5);
  ioLoop.callLater(1, () => {
    log.push("later");
    ioLoop.stop();
  });
  await ioLoop.start();
  assertEquals(log, ["later"]);
});

test("TornadoReactor.crash() of a run that has not begun leaves no stop on the loop", async (rig) => {
  const { ioLoop, reactor, log } = rig;
  let second: Promise<void> | undefined;
  reactor.callLater(0, () => {
    reactor.crash();
    second = reactor.run();
    reactor.crash();
  });
  await reactor.run();
  await second;
  ioLoop.callLater(1, () => {
    log.push("later");
    ioLoop.stop();
  });
  await ioLoop.start();
  assertEquals(log, ["later"]);
});

test("TornadoReactor.run() says that it was stopped for good while the loop still runs", async (rig) => {
  const { ioLoop, reactor, log } = rig;
  let inside: Promise<void> | undefined;
  reactor.addSystemEventTrigger("after", "shutdown", () => {
    inside = reactor.run().catch((error: Error) => void log.push(error.name));
  });
  reactor.callWhenRunning(() => reactor.stop());
  await ioLoop.start();
  await inside;
  assertEquals(log, ["ReactorNotRestartable"]);
});

test("TornadoReactor.startRunning() and iterate() make a foreign main loop", async (rig) => {
  const { reactor, log } = rig;
  notePhases(rig);
  reactor.startRunning({ installSignalHandlers: false });
  assert(reactor.running);
  reactor.callLater(0, () => reactor.stop());
  for (let i = 0; i < 10 && reactor.running; i++) await reactor.iterate();
  assertEquals(log, ALL_PHASES);
});

test("TornadoReactor.startRunning() by hand leaves the rest to ioLoop.start()", async (rig) => {
  const { ioLoop, reactor, log } = rig;
  notePhases(rig);
  reactor.startRunning({ installSignalHandlers: false });
  reactor.callLater(1, () => reactor.stop());
  await ioLoop.start();
  assertEquals(log, ALL_PHASES);
});

test("TornadoReactor removes a closed handle from the loop", async (rig) => {
  const { ioLoop, reactor, platform, log } = rig;
  const { client, server } = await pair(platform);
  const reader = new StreamDescriptor(server);
  reactor.addReader(reader);
  server.close();
  reactor.removeReader(reader);
  const next = await pair(platform);
  const other = new StreamDescriptor(next.server);
  other.doRead = () => {
    next.server.receive();
    log.push("read");
    reactor.stop();
  };
  reactor.addReader(other);
  await sendAll(platform.poller, next.client, new Uint8Array(1));
  await ioLoop.start();
  assertEquals(log, ["read"]);
  for (const stream of [client, next.client, next.server]) stream.close();
});

Deno.test("PollReactor.startRunning() and iterate() make a foreign main loop", () =>
  world.run(async ({ platform }) => {
    const reactor = new PollReactor(platform);
    reactor.startRunning({ installSignalHandlers: false });
    reactor.callLater(0, () => reactor.stop());
    for (let i = 0; i < 10 && reactor.running; i++) await reactor.iterate();
    assert(!reactor.running);
  }));
