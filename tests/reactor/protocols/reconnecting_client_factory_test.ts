import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  ConnectError,
  Failure,
  HostnameAddress,
  type IConnector,
  NotConnectingError,
  ReconnectingClientFactory,
} from "../../../reactor/mod.ts";
import { SeededRandom, SimClock } from "../../../sim/mod.ts";

/** Counts what it is asked for. */
class FakeConnector implements IConnector {
  state: IConnector["state"] = "disconnected";
  attempts = 0;
  stopped = 0;
  connect(): void {
    this.attempts++;
    this.state = "connecting";
  }
  stopConnecting(): void {
    if (this.state !== "connecting") throw new NotConnectingError();
    this.stopped++;
    this.state = "disconnected";
  }
  disconnect(): void {}
  getDestination(): HostnameAddress {
    return new HostnameAddress("nowhere.invalid", 1);
  }
}

const REASON = new Failure(new ConnectError("lost"));

/** A clock with a source of randomness, as a reactor is one. */
class RandomClock extends SimClock {
  readonly platform: { readonly random: SeededRandom };
  constructor(seed = 1) {
    super();
    this.platform = { random: new SeededRandom(seed) };
  }
}

function setUp(): {
  clock: RandomClock;
  connector: FakeConnector;
  factory: ReconnectingClientFactory;
} {
  const clock = new RandomClock();
  return {
    clock,
    connector: new FakeConnector(),
    factory: new ReconnectingClientFactory(clock),
  };
}

Deno.test("FACT-01 ReconnectingClientFactory.stopTrying() while connected: no retry when it is lost", () => {
  const { clock, connector, factory } = setUp();
  factory.startedConnecting(connector);
  connector.state = "connected";
  factory.stopTrying();
  connector.state = "disconnected";
  factory.clientConnectionLost(connector, REASON);
  factory.clientConnectionFailed(connector, REASON);
  assertEquals(clock.getDelayedCalls(), []);
  assertEquals([connector.attempts, connector.stopped], [0, 0]);
});

Deno.test("FACT-02 ReconnectingClientFactory.stopTrying() takes back the retry that waits", () => {
  const { clock, connector, factory } = setUp();
  factory.clientConnectionLost(connector, REASON);
  assertEquals(clock.getDelayedCalls().length, 1);
  factory.stopTrying();
  assertEquals(clock.getDelayedCalls(), []);
  assertEquals(connector.attempts, 0);
});

Deno.test("ReconnectingClientFactory.stopTrying() stops an attempt under way, also the first", () => {
  const { connector, factory } = setUp();
  factory.startedConnecting(connector);
  connector.connect();
  factory.stopTrying();
  assertEquals(connector.stopped, 1);
});

Deno.test("FACT-06 ReconnectingClientFactory retries on the clock that it is given", () => {
  const { clock, connector, factory } = setUp();
  const other = new SimClock();
  factory.clock = other;
  factory.clientConnectionLost(connector, REASON);
  assertEquals(clock.getDelayedCalls(), []);
  const [call] = other.getDelayedCalls();
  assertEquals(call?.getTime(), factory.delay);
  other.advance(factory.delay);
  assertEquals(connector.attempts, 1);
});

Deno.test("ReconnectingClientFactory waits longer each time, up to maxDelay", () => {
  const { clock, connector, factory } = setUp();
  factory.jitter = 0;
  factory.maxDelay = 30;
  const delays: number[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    factory.clientConnectionFailed(connector, REASON);
    delays.push(factory.delay);
    clock.advance(factory.delay);
    assertEquals(connector.attempts, attempt + 1);
  }
  // The factor is applied before the first retry.
  for (const [index, delay] of [Math.E, Math.E ** 2, Math.E ** 3, 30, 30].entries()) {
    assertAlmostEquals(delays[index] as number, delay);
  }
  factory.resetDelay();
  factory.clientConnectionFailed(connector, REASON);
  assertAlmostEquals(factory.delay, Math.E);
});

Deno.test("ReconnectingClientFactory draws its jitter from the platform's random source", () => {
  const samples = (seed: number): number[] =>
    Array.from(
      { length: 2_000 },
      (() => {
        const factory = new ReconnectingClientFactory(new RandomClock(seed));
        const connector = new FakeConnector();
        return () => {
          factory.resetDelay();
          factory.clientConnectionLost(connector, REASON);
          return factory.delay / Math.E;
        };
      })(),
    );
  const drawn = samples(7);
  assertEquals(drawn, samples(7));
  assert(String(drawn) !== String(samples(8)));
  const mean = drawn.reduce((sum, delay) => sum + delay, 0) / drawn.length;
  const variance = drawn.reduce((sum, delay) => sum + (delay - mean) ** 2, 0) / drawn.length;
  assertAlmostEquals(mean, 1, 0.01);
  assertAlmostEquals(Math.sqrt(variance), 0.11962656472, 0.006);
});

Deno.test("ReconnectingClientFactory never waits less than nothing or more than maxDelay", () => {
  for (const draw of [0, 0.25, 0.5, 1 - 2 ** -53]) {
    const clock = new SimClock();
    const random = { next: () => draw, fill: () => {} };
    const factory = new ReconnectingClientFactory(
      Object.assign(clock, { platform: { random } }),
    );
    factory.jitter = 5;
    factory.maxDelay = 4;
    factory.retry(new FakeConnector());
    assert(factory.delay >= 0 && factory.delay <= 4, `${factory.delay}`);
  }
});

Deno.test("ReconnectingClientFactory gives up after maxRetries", () => {
  const { clock, connector, factory } = setUp();
  factory.maxRetries = 2;
  for (let attempt = 0; attempt < 4; attempt++) {
    factory.clientConnectionFailed(connector, REASON);
    clock.advance(100);
  }
  assertEquals([connector.attempts, factory.retries], [2, 2]);
});

Deno.test("ReconnectingClientFactory.retry() throws when there is nothing to connect with", () => {
  const { factory } = setUp();
  assertThrows(() => factory.retry(), TypeError, "there is no connector");
});

Deno.test("ReconnectingClientFactory.resetDelay() leaves a retry that waits", () => {
  const { clock, connector, factory } = setUp();
  factory.clientConnectionLost(connector, REASON);
  factory.resetDelay();
  clock.advance(10);
  assertEquals([connector.attempts, factory.retries], [1, 0]);
});

Deno.test("ReconnectingClientFactory.retry() takes the place of a retry of the same connector", () => {
  const { clock, connector, factory } = setUp();
  const other = new FakeConnector();
  factory.retry(connector);
  factory.retry(other);
  factory.retry(connector);
  assertEquals(clock.getDelayedCalls().length, 2);
  clock.advance(1_000);
  assertEquals([connector.attempts, other.attempts], [1, 1]);
});

Deno.test("ReconnectingClientFactory.stopTrying() takes back the retries of all connectors", () => {
  const { clock, connector, factory } = setUp();
  factory.retry(connector);
  factory.retry(new FakeConnector());
  factory.stopTrying();
  assertEquals(clock.getDelayedCalls(), []);
});
