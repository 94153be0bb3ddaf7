import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { CallbackQueue, InvariantError } from "../../poller/mod.ts";

Deno.test("CallbackQueue.drain() takes items in the order in which they were added", () => {
  const queue = new CallbackQueue<number>();
  const log: number[] = [];
  for (const item of [3, 1, 2]) queue.push(item);
  assertEquals(queue.length, 3);
  assertEquals(queue.drain((item) => log.push(item)), 3);
  assertEquals([log, queue.length], [[3, 1, 2], 0]);
});

Deno.test("CallbackQueue.drain() leaves what is added meanwhile for the next drain", () => {
  const queue = new CallbackQueue<string>();
  const log: string[] = [];
  const run = (item: string) => {
    log.push(item);
    if (item.length < 3) queue.push(item + item[0]);
  };
  queue.push("a");
  queue.push("b");
  assertEquals(queue.drain(run), 2);
  assertEquals([log.splice(0), queue.length], [["a", "b"], 2]);
  assertEquals(queue.drain(run), 2);
  assertEquals([log.splice(0), queue.length], [["aa", "bb"], 2]);
  assertEquals(queue.drain(run), 2);
  assertEquals([log, queue.length, queue.drain(run)], [["aaa", "bbb"], 0, 0]);
});

Deno.test("CallbackQueue.drain() refuses to run inside itself", () => {
  const queue = new CallbackQueue<string>();
  queue.push("outer");
  queue.drain(() => {
    assertEquals(queue.drain(() => {}), 0); // Nothing was added: there is nothing to refuse.
    queue.push("inner");
    assertThrows(() => queue.drain(() => {}), InvariantError);
  });
  assertEquals(queue.length, 1);
});

Deno.test("CallbackQueue.drain() keeps what follows an item that threw", () => {
  const queue = new CallbackQueue<string>();
  const log: string[] = [];
  for (const item of ["a", "throw", "b", "c"]) queue.push(item);
  const run = (item: string) => {
    if (item === "throw") {
      queue.push("added");
      throw new Error("thrown");
    }
    log.push(item);
  };
  assertThrows(() => queue.drain(run), Error, "thrown");
  assertEquals([log, queue.length], [["a"], 3]);
  queue.drain(run);
  assertEquals(log, ["a", "b", "c", "added"]);
});

Deno.test("CallbackQueue.clear() forgets what waits", () => {
  const queue = new CallbackQueue<number>();
  queue.push(1);
  queue.clear();
  assertEquals([queue.length, queue.drain(() => {})], [0, 0]);
  queue.push(2);
  assertEquals(queue.drain(() => {}), 1);
});

Deno.test("CallbackQueue.drain() runs every item once, in rounds", () => {
  // Each number is an item that adds that many items when it runs; a negative one throws.
  const program = fc.array(fc.array(fc.integer({ min: -1, max: 3 }), { maxLength: 20 }), {
    maxLength: 10,
  });
  fc.assert(
    fc.property(program, (rounds) => {
      const queue = new CallbackQueue<{ id: number; adds: number }>();
      const expected: number[] = [];
      const log: number[] = [];
      let waiting: { id: number; adds: number }[] = [];
      let id = 0;
      const push = (adds: number) => {
        const item = { id: id++, adds };
        queue.push(item);
        waiting.push(item);
      };
      for (const items of rounds) {
        items.forEach(push);
        const batch = waiting;
        waiting = [];
        const failing = batch.findIndex(({ adds }) => adds < 0);
        const ran = failing < 0 ? batch : batch.slice(0, failing + 1);
        expected.push(...ran.map((item) => item.id));
        const drain = () =>
          queue.drain((item) => {
            log.push(item.id);
            if (item.adds < 0) throw new Error("thrown");
            for (let i = 0; i < item.adds; i++) push(0);
          });
        if (failing < 0) assertEquals(drain(), batch.length);
        else {
          assertThrows(drain, Error, "thrown");
          waiting = [...batch.slice(failing + 1), ...waiting];
        }
        assertEquals([log, queue.length], [expected, waiting.length]);
      }
    }),
    { numRuns: 200, seed: 5 },
  );
});

Deno.test("CallbackQueue.drain() puts back any number of items after an error", () => {
  const queue = new CallbackQueue<number>();
  for (let i = 0; i < 200_000; i++) queue.push(i);
  const boom = new Error("boom");
  const thrown = assertThrows(() =>
    queue.drain(() => {
      queue.push(-1);
      throw boom;
    })
  );
  assertStrictEquals(thrown, boom);
  const rest: number[] = [];
  queue.drain((item) => rest.push(item));
  assertEquals([rest.length, rest[0], rest.at(-1)], [200_000, 1, -1]);
});
