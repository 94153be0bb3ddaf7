import { assertEquals, assertLess, assertThrows } from "@std/assert";
import type { DatagramHandle } from "../../../poller/mod.ts";
import {
  type LinkSettings,
  random,
  type SeededRandom,
  Simulation,
  type SimulationOptions,
  type Strategy,
  uniform,
} from "../../../sim/mod.ts";

/** Two hosts with a socket each; datagrams carry their number. */
class Sockets {
  readonly sim: Simulation;
  readonly a: DatagramHandle;
  readonly b: DatagramHandle;

  constructor(options: SimulationOptions = {}) {
    this.sim = new Simulation({ datagramQueue: 100_000, ...options });
    const at = (name: string) =>
      this.sim.host(name).network.bindDatagram({ transport: "udp", hostname: name, port: 9 });
    [this.a, this.b] = [at("a"), at("b")];
  }

  /** Sends numbered datagrams and returns the numbers that arrive, in order. */
  async exchange(
    count: number,
    settings: LinkSettings,
    size: number = 4,
    gap: number = 0,
  ): Promise<number[]> {
    using _shape = this.sim.network.shape({}, settings);
    await this.sim.run(async () => {
      for (let i = 0; i < count; i++) {
        const bytes = new Uint8Array(size);
        new DataView(bytes.buffer).setUint32(0, i);
        this.a.send(bytes, this.b.localAddress);
        if (gap > 0) await this.sim.sleep(gap);
      }
      await this.sim.sleep(100);
    });
    return [...received(this.b)].map((bytes) => new DataView(bytes.buffer).getUint32(0));
  }
}

function* received(socket: DatagramHandle): Iterable<Uint8Array> {
  for (let one = socket.receive(); one !== undefined; one = socket.receive()) yield one.bytes;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

Deno.test("NetworkControl.shape() loses and duplicates datagrams at their rates", async () => {
  assertEquals(await new Sockets().exchange(50, {}), upTo(50));
  assertEquals(await new Sockets().exchange(50, { loss: 1 }), []);
  const lossy = await new Sockets().exchange(2000, { loss: 0.25 });
  assertLess(Math.abs(lossy.length - 1500), 80);
  assertEquals(lossy, [...new Set(lossy)]);
  const doubled = await new Sockets().exchange(2000, { duplication: 0.25 });
  assertLess(Math.abs(doubled.length - 2500), 80);
  assertEquals(new Set(doubled).size, 2000);
});

Deno.test("NetworkControl.shape() reorders datagrams that are held up, and no others", async () => {
  const numbers = await new Sockets().exchange(1000, { reordering: 0.1, reorderingDelay: 1 });
  assertEquals(numbers.toSorted((x, y) => x - y), upTo(1000));
  const late = numbers.slice(numbers.indexOf(999) + 1);
  assertLess(Math.abs(late.length - 100), 40);
  const inTime = numbers.slice(0, numbers.length - late.length);
  assertEquals(inTime, inTime.toSorted((x, y) => x - y));
});

Deno.test("NetworkControl.shape() flips one bit of a corrupted datagram, also of one that comes twice", async () => {
  const { sim, a, b } = new Sockets();
  sim.network.shape({ from: "a" }, { corruption: 1, duplication: 1 });
  await sim.run(async () => {
    for (let i = 0; i < 100; i++) a.send(new Uint8Array(8), b.localAddress);
    a.send(new Uint8Array(0), b.localAddress);
    await sim.sleep(1);
  });
  const all = [...received(b)];
  assertEquals(all.length, 202);
  const bits = all.slice(0, 200).map((bytes) =>
    [...bytes].map((byte) => byte.toString(2).replaceAll("0", "").length)
      .reduce((sum, count) => sum + count)
  );
  assertEquals(new Set(bits), new Set([1]));
  assertEquals(new Set(all.map((bytes) => bytes.join())).size > 20, true);
});

Deno.test("NetworkControl.shape() has latencies drawn, and a later datagram overtake", async () => {
  const numbers = await new Sockets().exchange(100, { latency: uniform(0, 1) }, 4, 0.01);
  assertEquals(numbers.toSorted((x, y) => x - y), upTo(100));
  assertEquals(numbers.join() === upTo(100).join(), false);
});

Deno.test("NetworkControl.shape() has datagrams leave one by one and drops what the queue cannot hold", async () => {
  const { sim, a, b } = new Sockets({ latency: 0.5 });
  sim.network.shape({ from: "a", to: "b" }, { bandwidth: 1000, queueLimit: 2500 });
  const times: number[] = [];
  sim.always("arrivals", () => {
    for (const _ of received(b)) times.push(sim.now);
  });
  await sim.run(async () => {
    for (let i = 0; i < 4; i++) a.send(new Uint8Array(1000), b.localAddress);
    for (let i = 0; i < 60; i++) await sim.sleep(0.1);
    a.send(new Uint8Array(1000), b.localAddress);
    for (let i = 0; i < 60; i++) await sim.sleep(0.1);
  });
  assertEquals(times.map((time) => time.toFixed(1)), ["1.5", "2.5", "7.5"]);
  // What finds the line free does not queue, however large it is.
  const large = await new Sockets().exchange(3, { bandwidth: 1000, queueLimit: 10 }, 500);
  assertEquals(large, [0]);
});

Deno.test("NetworkControl.shape() loses a datagram with any of its fragments", async () => {
  const whole = await new Sockets().exchange(2000, { loss: 0.1, mtu: 1500 }, 1472);
  const cut = await new Sockets().exchange(2000, { loss: 0.1, mtu: 1500 }, 1473);
  const often = await new Sockets().exchange(2000, { loss: 0.1, mtu: 576 }, 5000);
  assertLess(Math.abs(whole.length - 1800), 60);
  assertLess(Math.abs(cut.length - 1620), 60);
  // 5,008 bytes in fragments of 552 are 10.
  assertLess(Math.abs(often.length - 2000 * 0.9 ** 10), 70);
});

Deno.test("NetworkControl.shape() is about one direction, ends with its guard, and the last one counts", async () => {
  const world = new Sockets();
  const { sim, a, b } = world;
  const send = async () => {
    await sim.run(async () => {
      a.send(new Uint8Array(1), b.localAddress);
      b.send(new Uint8Array(1), a.localAddress);
      await sim.sleep(1);
    });
    return [[...received(a)].length, [...received(b)].length];
  };
  const lossy = sim.network.shape({ from: ["a", "c"], to: "b" }, { loss: 1, duplication: 1 });
  assertEquals(await send(), [1, 0]);
  const lossless = sim.network.shape({ from: "a" }, { loss: 0 });
  assertEquals(await send(), [1, 2]);
  lossless[Symbol.dispose]();
  assertEquals(await send(), [1, 0]);
  lossy[Symbol.dispose]();
  assertEquals(await send(), [1, 1]);
});

Deno.test("NetworkControl.partition() separates groups, one group from all, and one direction", async () => {
  const sim = new Simulation();
  const names = ["a", "b", "c", "d"];
  const sockets = names.map((name) =>
    sim.host(name).network.bindDatagram({ transport: "udp", hostname: name, port: 9 })
  );
  const reached = async () => {
    await sim.run(async () => {
      for (const from of sockets) {
        for (const to of sockets) from.send(new TextEncoder().encode("x"), to.localAddress);
      }
      await sim.sleep(1);
    });
    const addresses = sockets.map((socket) =>
      (socket.localAddress as { hostname: string }).hostname
    );
    return sockets.map((socket) => {
      const from: string[] = [];
      for (let one = socket.receive(); one !== undefined; one = socket.receive()) {
        from.push(names[addresses.indexOf((one.from as { hostname: string }).hostname)] as string);
      }
      return from.sort().join("");
    });
  };
  {
    using _cut = sim.network.partition("a", ["b", "c"]);
    assertEquals(await reached(), ["ad", "bcd", "bcd", "abcd"]);
    using _more = sim.network.partition("b", "c");
    assertEquals(await reached(), ["ad", "bd", "cd", "abcd"]);
  }
  {
    using _cut = sim.network.partition(["a", "b"]);
    assertEquals(await reached(), ["ab", "ab", "cd", "cd"]);
  }
  {
    using _cut = sim.network.partitionOneWay({ from: "a", to: ["b", "c"] });
    assertEquals(await reached(), ["abcd", "bcd", "bcd", "abcd"]);
  }
  assertEquals(await reached(), ["abcd", "abcd", "abcd", "abcd"]);
});

Deno.test("NetworkControl.addRule() decides about messages, the last rule first", async () => {
  const { sim, a, b } = new Sockets();
  const seen: string[] = [];
  const rule = (
    { from, to, kind, size }: { from: string; to: string; kind: string; size: number },
  ) => {
    seen.push(`${from} ${to} ${kind} ${size}`);
    return size > 1 ? "drop" as const : undefined;
  };
  const first = sim.network.addRule(rule);
  const second = sim.network.addRule(rule);
  using _pass = sim.network.addRule(({ size }) => size === 3 ? "pass" : undefined);
  first[Symbol.dispose]();
  await sim.run(async () => {
    for (const size of [1, 2, 3]) a.send(new Uint8Array(size), b.localAddress);
    await sim.sleep(1);
  });
  assertEquals([...received(b)].map((bytes) => bytes.length), [1, 3]);
  assertEquals(seen, ["a b datagram 1", "a b datagram 2"]);
  second[Symbol.dispose]();
});

Deno.test("NetworkControl.hold() lets single datagrams go in any order, or lose them", async () => {
  const { sim, a, b } = new Sockets({ latency: 1 });
  const sizes = () => [...received(b)].map((bytes) => bytes.length);
  await sim.run(async () => {
    {
      using held = sim.network.hold({ from: "a" });
      for (const size of [1, 2, 3, 4, 5]) a.send(new Uint8Array(size), b.localAddress);
      await sim.sleep(10);
      assertEquals(held.messages.map(({ size }) => size), [1, 2, 3, 4, 5]);
      held.release(2);
      await sim.sleep(0.5);
      held.release();
      held.drop(1);
      await sim.sleep(0.5);
      assertEquals(sizes(), [3]);
      await sim.sleep(0.5);
      assertEquals(sizes(), [1]);
      assertThrows(() => held.release(2), RangeError);
      assertThrows(() => held.drop(-1), RangeError);
    }
    a.send(new Uint8Array(6), b.localAddress);
    await sim.sleep(2);
    assertEquals(sizes(), [2, 5, 6]);
    using some = sim.network.hold(({ size }) => size > 1);
    for (const size of [1, 2]) a.send(new Uint8Array(size), b.localAddress);
    await sim.sleep(2);
    assertEquals([sizes(), some.messages.length], [[1], 1]);
  });
});

Deno.test("NetworkControl.shape() draws by direction and kind, so that nothing else shifts a draw", async () => {
  const settings = { loss: 0.5, latency: uniform(0.001, 0.002) };
  const alone = await new Sockets({ seed: 5 }).exchange(100, settings, 4, 1);
  const other = await new Sockets({ seed: 6 }).exchange(100, settings, 4, 1);
  assertEquals(alone.join() === other.join(), false);
  const world = new Sockets({ seed: 5 });
  const noise = world.sim.host("c").network.bindDatagram({
    transport: "udp",
    hostname: "c",
    port: 1,
  });
  let answers = 0;
  world.sim.always("noise", () => {
    noise.send(new Uint8Array(1), { transport: "udp", hostname: "b", port: 10 });
    world.b.send(new Uint8Array(1), world.a.localAddress);
    (world.sim.host("a").random as SeededRandom).next();
    answers += world.sim.choose("noise", 2);
  });
  const numbers = await world.exchange(100, { ...settings, duplication: 0.1 }, 4, 1);
  assertEquals([...new Set(numbers)], alone);
  assertEquals(answers, 0);
});

Deno.test("NetworkControl.shape() asks the strategy for faults until the budget is used up", async () => {
  const labels: string[] = [];
  const all: Strategy = {
    name: "all",
    choose(label, bound) {
      labels.push(`${label} ${bound}`);
      return label === "udp/loss" ? 1 : 0;
    },
  };
  const settings = { loss: "choose", duplication: "choose" } as const;
  assertEquals(await new Sockets({ strategy: all, faultBudget: 3 }).exchange(5, settings), [3, 4]);
  assertEquals(labels.slice(0, 2), ["udp/loss 2", "udp/duplication 2"]);
  assertEquals(labels.filter((label) => label.startsWith("udp")).length, 5);
  assertEquals(await new Sockets().exchange(3, settings), [0, 1, 2]);
  const half = await new Sockets({ strategy: random(1) }).exchange(100, { loss: "choose" });
  assertLess(Math.abs(half.length - 50), 20);
});

Deno.test("NetworkControl.shape() refuses settings that make no sense", () => {
  const { network } = new Simulation();
  for (
    const settings of [
      { loss: 1.1 },
      { duplication: -1 },
      { reordering: NaN },
      { bandwidth: 0 },
      { queueLimit: -1 },
      { mtu: 67 },
      { mtu: 1000.5 },
      { latency: -1 },
      { reorderingDelay: Infinity },
    ]
  ) assertThrows(() => network.shape({}, settings), RangeError);
  assertThrows(() => new Simulation({ faultBudget: -1 }), RangeError);
});

Deno.test("Simulation.faultPoint() calls the fault that the strategy chooses", () => {
  const log: string[] = [];
  const answers = [0, 2, 1, 1];
  const strategy: Strategy = { name: "list", choose: () => answers.shift() as number };
  const sim = new Simulation({ strategy, faultBudget: 2 });
  const point = () => sim.faultPoint("crash", () => log.push("one"), () => log.push("two"));
  assertEquals([point(), point(), point(), point()], [false, true, true, false]);
  assertEquals([log, answers], [["two", "one"], [1]]);
  assertEquals(sim.trace.toString().includes("choose crash 2/3"), true);
});
