import { assertEquals, assertRejects } from "@std/assert";
import {
  type Handle,
  type OnReady,
  type Platform,
  type Poller,
  PollerClosedError,
  READ,
  type SignalName,
} from "../../poller/mod.ts";
import { type LogEvent, PollReactor } from "../../reactor/mod.ts";
import { FakeSignals } from "../contract/reactor_run.ts";

/** A poller that notes what it is asked for; the test ends its polls. */
class ManualPoller implements Poller {
  readonly size = 0;
  /** The time-outs of the polls, in order. */
  readonly timeouts: number[] = [];
  wakes = 0;
  pauses = 0;
  isClosed = false;
  #onReady: OnReady | null = null;
  #onDone: (() => void) | null = null;

  poll(timeout: number, onReady: OnReady, onDone: () => void): void {
    if (this.isClosed) throw new PollerClosedError("Cannot poll: the poller is closed");
    this.timeouts.push(timeout);
    this.#onReady = onReady;
    this.#onDone = onDone;
  }

  /** Reports a handle that nobody knows. */
  report(): void {
    this.#onReady?.({ id: 1 } as Handle, READ);
  }

  /** Ends the poll under way. */
  end(): void {
    const onDone = this.#onDone;
    this.#onDone = null;
    onDone?.();
  }

  wake(): void {
    this.wakes++;
  }

  pause(): void {
    this.pauses++;
  }

  close(): void {
    this.isClosed = true;
  }

  register(): void {}
  modify(): void {}
  unregister(): void {}
}

/** A started reactor, the first of whose passes has been primed. */
class Rig {
  now = 100;
  readonly poller = new ManualPoller();
  readonly signals = new FakeSignals([]);
  readonly logged: LogEvent[] = [];
  readonly reactor: PollReactor;
  readonly over: Promise<void>;

  constructor() {
    const platform = {
      clock: { now: () => this.now },
      poller: this.poller,
      network: { handles: new Map() },
      signals: this.signals,
      report: () => {},
    } as unknown as Platform;
    this.reactor = new PollReactor(platform, { logObserver: (event) => this.logged.push(event) });
    this.over = this.reactor.run();
  }

  /** Makes the next pass and returns the time-out of its poll. */
  pass(): number | undefined {
    this.poller.end();
    return this.poller.timeouts.at(-1);
  }
}

Deno.test("PollReactor.run() runs no pass inside the call and looks once first", () => {
  const { poller } = new Rig();
  assertEquals(poller.timeouts, [0]);
});

Deno.test("POSIXB-05 PollReactor waits for ever when no call waits", () => {
  assertEquals(new Rig().pass(), Infinity);
});

Deno.test("POSIXB-06 PollReactor waits until the delayed call is due", () => {
  const rig = new Rig();
  rig.reactor.callLater(10, () => {});
  assertEquals(rig.pass(), 10);
});

Deno.test("POSIXB-07 PollReactor waits for less when time has passed", () => {
  const rig = new Rig();
  rig.reactor.callLater(10, () => {});
  rig.now += 4;
  assertEquals(rig.pass(), 6);
  rig.now += 1;
  assertEquals(rig.pass(), 5);
});

Deno.test("POSIXB-08 PollReactor waits for the earliest call", () => {
  const rig = new Rig();
  for (const delay of [50, 10, 30]) rig.reactor.callLater(delay, () => {});
  assertEquals(rig.pass(), 10);
});

Deno.test("POSIXB-09 PollReactor waits for a call that was reset", () => {
  const rig = new Rig();
  const call = rig.reactor.callLater(50, () => {});
  rig.now += 25;
  call.reset(15);
  assertEquals(rig.pass(), 15);
});

Deno.test("POSIXB-10 PollReactor waits for a call that was delayed", () => {
  const rig = new Rig();
  const call = rig.reactor.callLater(50, () => {});
  rig.now += 10;
  call.delay(20);
  assertEquals(rig.pass(), 60);
});

Deno.test("POSIXB-11 PollReactor waits for ever when the only call was cancelled", () => {
  const rig = new Rig();
  rig.reactor.callLater(50, () => {}).cancel();
  assertEquals(rig.pass(), Infinity);
});

Deno.test("PollReactor does not fire a call that was reset to a later time too early", () => {
  const rig = new Rig();
  const log: string[] = [];
  const call = rig.reactor.callLater(10, () => log.push("called"));
  call.reset(30);
  rig.now += 10;
  assertEquals(rig.pass(), 20);
  assertEquals(log, []);
  rig.now += 20;
  rig.pass();
  assertEquals(log, ["called"]);
});

Deno.test("PollReactor cuts a wait that no timer of 32 bits can count", () => {
  const rig = new Rig();
  rig.reactor.callLater(2 ** 128, () => {});
  const timeout = rig.pass() as number;
  assertEquals(timeout * 1000 < 2 ** 31, true);
});

Deno.test("PollReactor looks without waiting when calls were queued in the pass", () => {
  const rig = new Rig();
  rig.reactor.callFromThread(() => rig.reactor.callFromThread(() => {}));
  assertEquals(rig.pass(), 0);
  assertEquals(rig.pass(), Infinity);
});

Deno.test("PollReactor wakes the poller once, and only to shorten the wait", () => {
  const rig = new Rig();
  rig.reactor.callLater(10, () => {});
  rig.pass();
  rig.reactor.callLater(20, () => {});
  assertEquals(rig.poller.wakes, 0);
  rig.reactor.callLater(5, () => {});
  rig.reactor.callLater(1, () => {});
  rig.reactor.callFromThread(() => {});
  assertEquals(rig.poller.wakes, 1);
});

Deno.test("PollReactor never wakes the poller from inside a pass", () => {
  const rig = new Rig();
  rig.reactor.callFromThread(() => {
    rig.reactor.callLater(1, () => {});
    rig.reactor.callFromThread(() => {});
  });
  rig.pass();
  rig.pass();
  rig.poller.report(); // The poll is about to end anyway.
  rig.reactor.callFromThread(() => {});
  assertEquals(rig.poller.wakes, 0);
});

Deno.test("PollReactor reads the clock once for all calls of a pass", () => {
  const rig = new Rig();
  const log: string[] = [];
  rig.reactor.callLater(1, () => {
    log.push("slow");
    rig.now += 10;
  });
  rig.reactor.callLater(5, () => log.push("next pass"));
  rig.now += 1;
  assertEquals(rig.pass(), 0); // The slow call has made the other one due.
  assertEquals(log, ["slow"]);
  rig.pass();
  assertEquals(log, ["slow", "next pass"]);
});

Deno.test("PollReactor fires shutdown after the calls that are due", async () => {
  const rig = new Rig();
  const log: string[] = [];
  rig.reactor.addSystemEventTrigger("before", "shutdown", () => log.push("shutdown"));
  rig.reactor.callFromThread(() => rig.reactor.stop());
  rig.reactor.callLater(0, () => log.push("due"));
  rig.pass();
  await rig.over;
  assertEquals(log, ["due", "shutdown"]);
  assertEquals(rig.poller.pauses, 1);
  assertEquals(rig.poller.timeouts, [0]); // It did not poll again.
});

Deno.test("PollReactor.crash() outside of a pass keeps what waits for the next run", async () => {
  const rig = new Rig();
  const log: string[] = [];
  rig.pass();
  rig.reactor.callFromThread(() => log.push("queued"));
  rig.reactor.callLater(0, () => log.push("due"));
  rig.reactor.crash();
  rig.pass();
  await rig.over;
  assertEquals(log, []);
  const second = rig.reactor.run();
  rig.pass();
  assertEquals(log, ["queued", "due"]);
  rig.reactor.crash();
  rig.pass();
  await second;
});

Deno.test("PollReactor.iterate() polls once, can be cut short, and lets the poller rest", async () => {
  const rig = new Rig();
  rig.reactor.crash();
  rig.pass();
  await rig.over;
  const { wakes, pauses, timeouts } = rig.poller;
  const before = timeouts.length;
  rig.reactor.callLater(60, () => {});
  const iteration = rig.reactor.iterate(30);
  assertEquals(rig.pass(), 30);
  rig.reactor.crash();
  assertEquals(rig.poller.wakes, wakes + 1);
  rig.pass();
  await iteration;
  assertEquals(timeouts.slice(before), [0, 30]);
  assertEquals(rig.poller.pauses, pauses + 1);
});

Deno.test("PollReactor.run() during a pass made by hand begins when that is over", async () => {
  const rig = new Rig();
  rig.reactor.crash();
  rig.pass();
  await rig.over;
  const iteration = rig.reactor.iterate();
  const over = rig.reactor.run();
  rig.reactor.callFromThread(() => rig.reactor.stop());
  rig.pass(); // The pass made by hand takes what is queued, too.
  rig.pass();
  await iteration;
  await over;
});

Deno.test("PollReactor.run() rejects when the poller is closed", async () => {
  const rig = new Rig();
  rig.poller.close();
  rig.pass();
  await assertRejects(() => rig.over, PollerClosedError);
  await assertRejects(() => rig.reactor.run(), PollerClosedError);
  await assertRejects(() => rig.reactor.iterate(), PollerClosedError);
  assertEquals(rig.reactor.running, false);
});

Deno.test("BASE-17 PollReactor.exitSignal is null before a signal comes", () => {
  assertEquals(new Rig().reactor.exitSignal, null);
});

function testSignal(name: string, signal: SignalName): void {
  Deno.test(name, async () => {
    const rig = new Rig();
    rig.pass();
    rig.signals.send(signal);
    assertEquals(rig.reactor.exitSignal, null); // It comes through callFromThread.
    rig.pass();
    await rig.over;
    assertEquals(rig.reactor.exitSignal, signal);
    assertEquals(rig.signals.listening, []);
  });
}

testSignal("BASE-18 PollReactor.exitSignal is SIGINT when that stopped it", "SIGINT");
testSignal("BASE-19 PollReactor.exitSignal is SIGTERM when that stopped it", "SIGTERM");
testSignal("BASE-20 PollReactor.exitSignal is SIGBREAK when that stopped it", "SIGBREAK");

Deno.test("PollReactor reports to the platform when the log observer throws", () => {
  const reports: string[] = [];
  const rig = new Rig();
  const platform = {
    ...rig.reactor.platform,
    report: ({ message }: { message: string }) => reports.push(message),
  } as unknown as Platform;
  const reactor = new PollReactor(platform, {
    logObserver: () => {
      throw new Error("on purpose");
    },
  });
  reactor.addSystemEventTrigger("before", "persist", () => {
    throw new Error("on purpose");
  });
  reactor.fireSystemEvent("persist");
  assertEquals(reports, ["Exception in before persist trigger", "Exception in log observer"]);
});

Deno.test("PollReactor reports errors to the platform by default, and no warnings", () => {
  const reports: string[] = [];
  const platform = {
    ...new Rig().reactor.platform,
    report: ({ message }: { message: string }) => reports.push(message),
  } as unknown as Platform;
  const reactor = new PollReactor(platform);
  reactor.callWhenRunning(() => {
    throw new Error("on purpose");
  });
  // A warning is nobody's error.
  const trigger = reactor.addSystemEventTrigger("before", "startup", () => {
    reactor.removeSystemEventTrigger(trigger);
  });
  reactor.startRunning({ installSignalHandlers: false });
  assertEquals(reports, ["Exception in after startup trigger"]);
});
