/**
 * The order in which addresses are tried.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { type IOLoop, PollIOLoop, TimeoutError } from "../../../ioloop/mod.ts";
import { type Candidate, Connector, splitByFamily } from "../../../ioloop/net/connector.ts";
import { AF_INET, AF_INET6, type Family } from "../../../poller/mod.ts";
import { Simulation } from "../../../sim/mod.ts";

const A: Candidate<string> = [AF_INET, "a"];
const B: Candidate<string> = [AF_INET, "b"];
const C: Candidate<string> = [AF_INET6, "c"];
const D: Candidate<string> = [AF_INET6, "d"];

/** Stands in for a stream. */
class FakeStream {
  readonly name: string;
  readonly connected: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  isClosed = false;

  constructor(name: string) {
    this.name = name;
  }

  close(): void {
    this.isClosed = true;
  }
}

/** One test's share. */
interface ConnectorCase {
  readonly ioLoop: IOLoop;
  /** Makes the connector, and starts it. */
  start(candidates: readonly Candidate<string>[], timeout?: number): Promise<FakeStream>;
  /** Lets an attempt succeed, and what follows happen. */
  succeed(name: string): Promise<void>;
  /** Lets an attempt fail, and what follows happen. */
  fail(name: string): Promise<void>;
  /** Lets virtual time pass. */
  sleep(seconds: number): Promise<void>;
  /** Checks what was tried since the last check, in order. */
  tried(...names: string[]): void;
  /** Checks which streams are closed. */
  closed(...names: string[]): void;
  /** Checks that nothing more is tried. */
  quiet(): Promise<void>;
  /** Checks which stream was connected. */
  connected(result: Promise<FakeStream>, name: string): Promise<void>;
  /** Checks that the time was over, which streams are closed, and that nothing more is tried. */
  gaveUp(result: Promise<FakeStream>, ...names: string[]): Promise<void>;
}

/** Registers a case that runs in virtual time. */
function connectorCase(name: string, body: (test: ConnectorCase) => Promise<void>): void {
  Deno.test(name, async () => {
    const sim = new Simulation({ seed: 1 });
    const ioLoop = new PollIOLoop(sim.host("host"), { makeCurrent: false });
    const streams: FakeStream[] = [];
    let checked = 0;
    const find = (wanted: string): FakeStream => {
      const stream = streams.find((stream) => stream.name === wanted && !stream.isClosed);
      if (stream === undefined) throw new Error(`${wanted} is not being tried`);
      return stream;
    };
    const pass = () => new Promise<void>((resolve) => ioLoop.addCallback(resolve));
    const connect = (family: Family, address: string) => {
      assertEquals(family, "ab".includes(address) ? AF_INET : AF_INET6);
      const stream = new FakeStream(address);
      streams.push(stream);
      return { stream, connected: stream.connected.promise };
    };
    const share: ConnectorCase = {
      ioLoop,
      start: (candidates, timeout) => {
        const deadline = timeout === undefined ? null : ioLoop.time() + timeout;
        const result = new Connector(ioLoop, candidates, connect).start(deadline);
        result.catch(() => {});
        return result;
      },
      succeed: (wanted) => {
        find(wanted).connected.resolve();
        return pass();
      },
      fail: (wanted) => {
        const stream = find(wanted);
        stream.isClosed = true;
        stream.connected.reject(new Error(`${wanted} failed`));
        return pass();
      },
      sleep: (seconds) => new Promise((resolve) => void ioLoop.callLater(seconds, resolve)),
      tried: (...names) => {
        assertEquals(streams.slice(checked).map((stream) => stream.name), names);
        checked = streams.length;
      },
      closed: (...names) => {
        const closed = streams.filter((stream) => stream.isClosed).map((stream) => stream.name);
        assertEquals(closed, names);
      },
      quiet: async () => {
        await share.sleep(1);
        share.tried();
      },
      connected: async (result, name) => assertEquals((await result).name, name),
      gaveUp: async (result, ...names) => {
        await assertRejects(() => result, TimeoutError);
        share.closed(...names);
        await share.quiet();
      },
    };
    await sim.run(() => ioLoop.runSync(() => body(share)));
    ioLoop.close();
    assertEquals(sim.leaks(), []);
  });
}

Deno.test("TC-09 splitByFamily() of one family has no second part", () => {
  assertEquals(splitByFamily([A, B]), [[A, B], []]);
  assertEquals(splitByFamily([]), [[], []]);
});

Deno.test("TC-10 splitByFamily() begins with the family of the first, in order", () => {
  assertEquals(splitByFamily([A, B, C, D]), [[A, B], [C, D]]);
  assertEquals(splitByFamily([C, A, D, B]), [[C, D], [A, B]]);
});

connectorCase("TC-11 Connector.start() tries the first only if it succeeds", async (test) => {
  const result = test.start([A, B]);
  test.tried("a");
  await test.succeed("a");
  await test.connected(result, "a");
  await test.quiet();
  test.closed();
});

connectorCase("TC-12 Connector.start() rejects when the only address fails", async (test) => {
  const result = test.start([A]);
  test.tried("a");
  await test.fail("a");
  test.tried();
  await assertRejects(() => result, Error, "a failed");
});

connectorCase("TC-13 Connector.start() tries the next after a failure", async (test) => {
  const result = test.start([A, B]);
  test.tried("a");
  await test.fail("a");
  test.tried("b");
  await test.succeed("b");
  await test.connected(result, "b");
});

connectorCase("TC-14 Connector.start() rejects with the last error", async (test) => {
  const result = test.start([A, B]);
  test.tried("a");
  await test.fail("a");
  test.tried("b");
  await test.fail("b");
  test.tried();
  await assertRejects(() => result, Error, "b failed");
});

connectorCase("TC-15 Connector.start() of one family does nothing after 0.3 s", async (test) => {
  const result = test.start([A, B]);
  test.tried("a");
  await test.sleep(0.4);
  test.tried();
  await test.fail("a");
  test.tried("b");
  await test.succeed("b");
  await test.connected(result, "b");
});

connectorCase("TC-16 Connector.start() begins with both families on a failure", async (test) => {
  const result = test.start([A, B, C, D]);
  test.tried("a");
  await test.fail("a");
  test.tried("b", "c");
  // The timer is gone.
  await test.quiet();
  await test.fail("b");
  await test.fail("c");
  test.tried("d");
  await test.succeed("d");
  await test.connected(result, "d");
});

connectorCase("TC-17 Connector.start() begins with the other family after 0.3 s", async (test) => {
  const result = test.start([A, B, C, D]);
  test.tried("a");
  await test.sleep(0.29);
  test.tried();
  await test.sleep(0.02);
  test.tried("c");
  await test.succeed("c");
  await test.connected(result, "c");
  // What is left of the first family is given up, and nothing else tried.
  test.closed("a");
  await test.quiet();
});

connectorCase("TC-18 Connector closes what is connected too late", async (test) => {
  const late: FakeStream[] = [];
  const connector = new Connector<string, FakeStream>(test.ioLoop, [A, C], (_family, address) => {
    const stream = new FakeStream(address);
    late.push(stream);
    return { stream, connected: stream.connected.promise };
  });
  const result = connector.start();
  await test.sleep(0.4);
  // Both in one turn, before either is noticed.
  const [a, c] = late as [FakeStream, FakeStream];
  a.connected.resolve();
  c.connected.resolve();
  await test.connected(result, "a");
  await test.sleep(0);
  assertEquals([a.isClosed, c.isClosed], [false, true]);
});

connectorCase("TC-19 Connector.start() rejects only when both families failed", async (test) => {
  const result = test.start([A, B, C, D]);
  let isSettled = false;
  result.catch(() => isSettled = true);
  test.tried("a");
  await test.sleep(0.4);
  test.tried("c");
  await test.fail("c");
  test.tried("d");
  await test.fail("d");
  test.tried();
  assertEquals(isSettled, false);
  await test.fail("a");
  test.tried("b");
  await test.fail("b");
  test.tried();
  await assertRejects(() => result, Error, "b failed");
});

connectorCase("TC-24 Connector.start() gives up a single address in time", async (test) => {
  const result = test.start([A, B], 0.2);
  test.tried("a");
  await test.sleep(0.25);
  await test.gaveUp(result, "a");
});

connectorCase("TC-25 Connector.start() forgets its time when it succeeds", async (test) => {
  const result = test.start([A, B], 0.4);
  test.tried("a");
  await test.sleep(0.1);
  await test.succeed("a");
  await test.connected(result, "a");
  await test.sleep(1);
  test.closed();
  test.tried();
});

connectorCase("TC-26 Connector.start() gives up in the second attempt", async (test) => {
  const result = test.start([A, B], 0.2);
  await test.fail("a");
  test.tried("a", "b");
  await test.sleep(0.25);
  await test.gaveUp(result, "a", "b");
});

connectorCase("TC-27 Connector.start() that fails in time rejects with that", async (test) => {
  const result = test.start([A, B], 0.4);
  await test.fail("a");
  await test.fail("b");
  await assertRejects(() => result, Error, "b failed");
  await test.sleep(1);
  test.tried("a", "b");
});

connectorCase("TC-28 Connector.start() gives up before the other family begins", async (test) => {
  const result = test.start([A, B, C, D], 0.2);
  test.tried("a");
  await test.sleep(0.25);
  await test.gaveUp(result, "a");
});

connectorCase("TC-29 Connector.start() succeeds with the other family in time", async (test) => {
  const result = test.start([A, B, C, D], 0.5);
  test.tried("a");
  await test.sleep(0.35);
  test.tried("c");
  await test.succeed("c");
  await test.connected(result, "c");
  test.closed("a");
  await test.quiet();
});

connectorCase("TC-30 Connector.start() gives up both families in time", async (test) => {
  const result = test.start([A, B, C, D], 0.5);
  test.tried("a");
  await test.sleep(0.35);
  test.tried("c");
  await test.sleep(0.2);
  await test.gaveUp(result, "a", "c");
});

connectorCase("Connector.start() counts an attempt that throws as failed", async (test) => {
  const tried: string[] = [];
  const connector = new Connector<string, FakeStream>(
    test.ioLoop,
    [A, B, C],
    (_family, address) => {
      tried.push(address);
      throw new Error(`${address} threw`);
    },
  );
  await assertRejects(() => connector.start(), Error, "c threw");
  assertEquals(tried, ["a", "b", "c"]);
});
