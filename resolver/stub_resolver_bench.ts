/**
 * Lookups beside `Deno.resolveDns`, on loopback, in one run:
 *
 *     deno bench --allow-all --unstable-net resolver/stub_resolver_bench.ts
 *
 * The server is a thread of its own that does nearly nothing; both sides ask the same one, for one A
 * record. The names of the first groups are new each time. "a bare socket" sends packets made before
 * and waits for as many answers: no resolver over Deno's datagrams can be faster.
 *
 * What was learnt, on two cores:
 * - One question at a time is mostly waiting until the server's thread is awake. Even the bare socket
 *   is only two to three times as fast as `Deno.resolveDns`.
 * - In a burst over UDP, each question takes two system calls on each side (3 to 5 us each there; a
 *   client and a server in C take 8 us a question). The bare socket is two to three times as fast as
 *   `Deno.resolveDns` with this server, four to five times with one in C; the resolver lies between.
 * - Over TCP a burst takes a few system calls, and is four to seven times as fast as
 *   `Deno.resolveDns`: the less, the more else the two cores have to do.
 * - A socket for each question costs more than everything else together (opening it, its buffer, the
 *   receive that closing it interrupts); sharing one among up to 32 questions of a burst halves a lookup.
 * - So does one timer for all time-outs, and not making an error object for each miss of hosts file
 *   and cache. Entering the empty context for each lookup was a tenth, encoding with `dns-packet` too.
 * - The bench functions are `async`: Deno does not wait for a promise that a plain function returns.
 *
 * @module
 */

import type { AnyHandle } from "../poller/handle.ts";
import type { Interest } from "../poller/interest.ts";
import { DenoPlatform } from "../poller/deno_platform.ts";
import { TimerQueue } from "../poller/timer_queue.ts";
import { AF_INET } from "./address_family.ts";
import type { Cancellable, ResolverLoop } from "./loop.ts";
import { StubResolver } from "./stub_resolver.ts";
import { encodeQuery } from "./wire.ts";

/** How many lookups are under way at once. */
const CONCURRENCY = 64;

/** The smallest loop that a resolver runs on. */
class BenchLoop implements ResolverLoop {
  readonly platform: DenoPlatform = new DenoPlatform();
  readonly #timers = new TimerQueue();
  readonly #handlers = new Map<unknown, (handle: unknown, events: Interest) => void>();

  start(): void {
    this.#pass();
  }

  readonly #pass = (): void => {
    const { clock, poller } = this.platform;
    for (const timer of this.#timers.takeDue(clock.now())) timer.run();
    const timeout = Math.max(0, this.#timers.nextDeadline - clock.now());
    poller.poll(timeout, (handle, events) => {
      this.#handlers.get(handle)?.(handle, events);
    }, this.#pass);
  };

  callLater(seconds: number, callback: () => void): Cancellable {
    const deadline = this.platform.clock.now() + seconds;
    const isFirst = deadline < this.#timers.nextDeadline;
    const timer = this.#timers.add(deadline, callback);
    if (isFirst) this.platform.poller.wake();
    return { cancel: () => void this.#timers.cancel(timer) };
  }

  addHandler(
    handle: AnyHandle,
    handler: (handle: unknown, events: Interest) => void,
    events: Interest,
  ): void {
    this.#handlers.set(handle, handler);
    this.platform.poller.register(handle, events);
  }

  updateHandler(handle: AnyHandle, events: Interest): void {
    this.platform.poller.modify(handle, events);
  }

  removeHandler(handle: AnyHandle): void {
    this.#handlers.delete(handle);
    this.platform.poller.unregister(handle);
  }
}

const worker = new Worker(new URL("../tests/native/name_server_worker.ts", import.meta.url), {
  type: "module",
});
const port = await new Promise<number>((resolve) => {
  worker.onmessage = ({ data }) => resolve(data);
});

const loop = new BenchLoop();
loop.start();
const servers = [`127.0.0.1:${port}`];
const resolver = new StubResolver(loop, { servers, cacheEntries: 0 });
const overTCP = new StubResolver(loop, { servers, cacheEntries: 0, transport: "tcp" });
const remembering = new StubResolver(loop, { servers });
const nameServer = { ipAddr: "127.0.0.1", port };
let count = 0;

/** Looks so many new names up at once. */
function batch(size: number, lookup: (name: string) => Promise<unknown>): Promise<unknown> {
  return Promise.all(Array.from({ length: size }, () => lookup(`name${count++}.test.`)));
}

function bench(group: string, name: string, run: () => Promise<unknown>): void {
  Deno.bench({
    group,
    name,
    baseline: name === "Deno.resolveDns",
    fn: async () => void await run(),
  });
}

function withDeno(name: string): Promise<string[]> {
  return Deno.resolveDns(name, "A", { nameServer });
}

const bare = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
const packet = encodeQuery({ name: "name1000.test", type: "A" }, { id: 1 });
const buffer = new Uint8Array(512);

/** Sends so many packets, and receives as many. */
async function askBare(size: number): Promise<void> {
  for (let i = 0; i < size; i++) {
    bare.send(packet, { transport: "udp", hostname: "127.0.0.1", port });
  }
  for (let i = 0; i < size; i++) await bare.receive(buffer);
}

for (const size of [1, CONCURRENCY]) {
  bench(`${size} new names`, "Deno.resolveDns", () => batch(size, withDeno));
  bench(
    `${size} new names`,
    "StubResolver",
    () => batch(size, (name) => resolver.resolve(name, 0, AF_INET)),
  );
  bench(
    `${size} new names`,
    "StubResolver over TCP",
    () => batch(size, (name) => overTCP.resolve(name, 0, AF_INET)),
  );
  bench(`${size} new names`, "a bare socket", () => askBare(size));
}

const known = Array.from({ length: CONCURRENCY }, (_, i) => `known${i}.test.`);
const group = `${CONCURRENCY} names asked before`;
bench(group, "Deno.resolveDns", () => Promise.all(known.map(withDeno)));
bench(
  group,
  "StubResolver",
  () => Promise.all(known.map((name) => remembering.resolve(name, 0, AF_INET))),
);
