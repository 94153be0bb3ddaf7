/** Listeners whose accepts do what a test says. */

import { assertEquals } from "@std/assert";
import { DenoListener, type NativeListener } from "../../poller/deno_listener.ts";
import type { NativeStream } from "../../poller/deno_native_stream.ts";
import { NullDescriptorReserve } from "../../poller/descriptor_reserve.ts";
import { READ } from "../../poller/mod.ts";
import { Farewells } from "../../poller/deno_farewells.ts";
import { RenewingMap } from "../../poller/renewing_map.ts";

const ADDRESS = { transport: "tcp", hostname: "127.0.0.1", port: 9 } as const;

/** What accepting brings, in order; after that nothing. */
type Outcome = Error | "connection";

/** Lets a listener accept; returns how often it did, how often it was ready, and what it reported. */
async function accept(outcomes: readonly Outcome[]) {
  const left = [...outcomes];
  const seen = { accepts: 0, ready: 0, pauses: 0, reports: [] as string[] };
  const conn = { close() {} } as NativeStream;
  const native: NativeListener = {
    addr: ADDRESS,
    accept() {
      seen.accepts++;
      const outcome = left.shift();
      if (outcome === undefined) return new Promise(() => {});
      return outcome === "connection" ? Promise.resolve(conn) : Promise.reject(outcome);
    },
    close() {},
  };
  const sink = { raised: () => void seen.ready++, started() {}, taken() {}, closed() {} };
  const report = ({ message }: { message: string }) => void seen.reports.push(message);
  const listener = new DenoListener({
    sink,
    handles: new RenewingMap(),
    farewells: new Farewells(),
    reserve: new NullDescriptorReserve(),
    report,
  }, native);
  listener.registered = true;
  listener.interest = READ;
  const { setTimeout: own } = globalThis;
  // Pauses are over at once.
  globalThis.setTimeout = ((callback: () => void) => {
    seen.pauses++;
    queueMicrotask(callback);
    return 0;
  }) as unknown as typeof setTimeout;
  try {
    listener.arm();
    for (let i = 0; i < 100; i++) await Promise.resolve();
  } finally {
    globalThis.setTimeout = own;
  }
  listener.close();
  return seen;
}

Deno.test("DenoListener passes over peers that gave up before they were accepted", async () => {
  const gone = [
    new Deno.errors.ConnectionAborted("aborted"),
    new Deno.errors.ConnectionReset("reset"),
    new Deno.errors.NotConnected("not connected"),
  ];
  assertEquals(await accept([...gone, "connection"]), {
    accepts: 5,
    ready: 1,
    pauses: 0,
    reports: [],
  });
});

Deno.test("DenoListener reports once that descriptors have run out, until it accepts again", async () => {
  const full = () => Object.assign(new Error("Too many open files"), { code: "EMFILE" });
  assertEquals(await accept([full(), full(), full(), "connection", full(), "connection"]), {
    accepts: 7,
    ready: 2,
    pauses: 4,
    reports: ["Waiting for file descriptors", "Waiting for file descriptors"],
  });
});

Deno.test("DenoListener reports any other failure to who accepts, and goes no further", async () => {
  assertEquals(await accept([new Error("odd"), "connection"]), {
    accepts: 1,
    ready: 1,
    pauses: 0,
    reports: [],
  });
});
