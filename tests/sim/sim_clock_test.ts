import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { AlreadyCalled, AlreadyCancelled } from "../../poller/mod.ts";
import { type DrainMode, SimClock } from "../../sim/mod.ts";

function makeClock() {
  const clock = new SimClock();
  const log: string[] = [];
  const later = (delay: number, name: string) =>
    clock.callLater(delay, (text: string) => log.push(`${text}@${clock.seconds()}`), name);
  return { clock, log, later };
}

Deno.test("TASK-01 SimClock.seconds() is 0 and does not move by itself", () => {
  const clock = new SimClock();
  assertEquals([clock.seconds(), clock.seconds(), clock.now()], [0, 0, 0]);
  assertEquals(new SimClock({ start: 100 }).seconds(), 100);
  assertThrows(() => new SimClock({ start: NaN }), RangeError);
});

Deno.test("TASK-02, TASK-03, TASK-04 SimClock.callLater() returns a call of its own", () => {
  const { clock, later } = makeClock();
  const first = later(1, "first");
  const second = later(2, "second");
  assertEquals([first.getTime(), first.active(), second.getTime()], [1, true, 2]);
  first.cancel();
  assertEquals([first.active(), second.active()], [false, true]);
  assertThrows(() => first.cancel(), AlreadyCancelled);
  assertEquals(clock.getDelayedCalls(), [second]);
});

Deno.test("TASK-05 SimClock.advance() runs what is due, once", () => {
  const { clock, log, later } = makeClock();
  const call = later(1, "a");
  clock.advance(0.5);
  assertEquals(log, []);
  clock.advance(0.5);
  clock.advance(10);
  assertEquals([log, call.active(), clock.seconds()], [["a@1"], false, 11]);
});

Deno.test("TASK-06 SimClock.callLater() returns a call that its own function cannot cancel", () => {
  const clock = new SimClock();
  const codes: string[] = [];
  const call = clock.callLater(1, () => {
    codes.push(assertThrows(() => call.cancel(), AlreadyCalled).code);
  });
  clock.advance(1);
  assertEquals(codes, ["ALREADY_CALLED"]);
});

Deno.test("TASK-07, TASK-08, TASK-09 SimClock moves a call with delay() and reset()", () => {
  const { clock, log, later } = makeClock();
  const call = later(1, "a");
  call.delay(3);
  clock.advance(3);
  assertEquals(log, []);
  call.reset(4);
  assertEquals(call.getTime(), 7);
  call.reset(1);
  clock.advance(1);
  assertEquals(log, ["a@4"]);
});

Deno.test("TASK-10, TASK-11 SimClock.getDelayedCalls() lists the active calls, as a copy", () => {
  const { clock, later } = makeClock();
  assertEquals(clock.getDelayedCalls(), []);
  const calls = [later(2, "b"), later(1, "a"), later(2, "c")];
  clock.getDelayedCalls().pop();
  assertEquals(clock.getDelayedCalls(), [calls[1], calls[0], calls[2]]);
});

Deno.test("TASK-13, TASK-14 SimClock keeps calls in order after a reset", () => {
  const { clock, log, later } = makeClock();
  const first = later(3, "first");
  later(2, "second");
  first.reset(4);
  later(3, "third");
  first.reset(2);
  clock.advance(5);
  assertEquals(log, ["second@2", "first@2", "third@3"]);
});

Deno.test("TASK-15 SimClock keeps calls in order after a reset inside a call", () => {
  const { clock, log, later } = makeClock();
  const last = later(2, "last");
  clock.callLater(1, () => last.reset(3));
  later(3, "middle");
  clock.advance(5);
  assertEquals(log, ["middle@3", "last@4"]);
});

Deno.test("SimClock.advance() shows each call its own time, SimClock.jump() that of the end", () => {
  const { clock, log, later } = makeClock();
  later(2, "b");
  later(1, "a");
  clock.advance(5);
  later(2, "d");
  later(1, "c");
  clock.jump(5);
  assertEquals(log, ["a@1", "b@2", "c@10", "d@10"]);
});

Deno.test("SimClock.advance() runs calls added meanwhile if they are due by the end", () => {
  const { clock, log, later } = makeClock();
  clock.callLater(1, () => {
    later(0, "now");
    later(1, "next");
    later(1.5, "late");
  });
  later(1, "same");
  later(2, "two");
  clock.advance(2);
  assertEquals(log, ["same@1", "now@1", "two@2", "next@2"]);
  clock.advance(0.5);
  assertEquals(log.at(-1), "late@2.5");
});

Deno.test("SimClock.jump() runs calls added meanwhile if they are due", () => {
  const { clock, log, later } = makeClock();
  clock.callLater(1, () => {
    later(0, "now");
    later(1, "later");
  });
  clock.jump(2);
  assertEquals(log, ["now@2"]);
  clock.pump([0.5, 0.5, 1]);
  assertEquals([log.at(-1), clock.seconds()], ["later@3", 4]);
});

Deno.test("SimClock.advance() passes an error on and leaves the rest where it was", () => {
  const { clock, log, later } = makeClock();
  clock.callLater(1, () => {
    throw new Error("oops");
  });
  later(1, "same");
  later(2, "two");
  assertThrows(() => clock.advance(5), Error, "oops");
  assertEquals([log, clock.seconds(), clock.getDelayedCalls().length], [[], 1, 2]);
  clock.advance(4);
  assertEquals([log, clock.seconds()], [["same@1", "two@2"], 5]);
});

Deno.test("SimClock refuses NaN, negative delays and steps, and steps without an end", () => {
  const { clock, later } = makeClock();
  for (const bad of [NaN, -1, -Infinity]) {
    assertThrows(() => later(bad, "a"), RangeError);
    for (const move of ["advance", "jump"] as const) {
      assertThrows(() => clock[move](bad), RangeError);
    }
  }
  assertThrows(() => clock.advance(Infinity), RangeError);
  assertThrows(() => clock.pump([NaN]), RangeError);
  const far = later(2 ** 128, "far");
  clock.advance(1);
  assertEquals([clock.seconds(), far.active(), far.getTime()], [1, true, 2 ** 128]);
});

Deno.test("SimClock.advance() refuses to be called by a call", () => {
  const clock = new SimClock();
  let error: unknown;
  clock.callLater(1, () => error = assertThrows(() => clock.advance(1), TypeError));
  clock.advance(1);
  assertEquals(error instanceof TypeError, true);
});

Deno.test("SimClock.advance() gives up on calls that go on without an end", () => {
  const clock = new SimClock();
  const again = (): unknown => clock.callLater(0, again);
  again();
  assertThrows(() => clock.advance(1), RangeError, "without an end");
});

Deno.test("SimClock reads decimal fractions as people write them", () => {
  const { clock, log, later } = makeClock();
  clock.advance(0.1);
  later(0.2, "a");
  clock.advance(0.2);
  assertEquals([log, clock.seconds()], [["a@0.3"], 0.3]);
});

for (const drain of ["checkpoint", "macrotask"] as const satisfies readonly DrainMode[]) {
  Deno.test(`SimClock.advanceAsync() lets promises settle between deadlines, drain ${drain}`, async () => {
    const clock = new SimClock({ drain });
    const ends: number[] = [];
    const sleepTwice = async () => {
      await Promise.resolve();
      for (let i = 0; i < 2; i++) {
        await clock.sleep(0.01);
        ends.push(clock.seconds());
      }
    };
    const done = sleepTwice();
    await clock.advanceAsync(0.1);
    assertEquals([ends, clock.seconds()], [[0.01, 0.02], 0.1]);
    await done;
  });

  Deno.test(`SimClock.advanceAsync() passes an error on, drain ${drain}`, async () => {
    const clock = new SimClock({ drain });
    clock.callLater(1, () => {
      throw new Error("oops");
    });
    await assertRejects(() => clock.advanceAsync(2), Error, "oops");
    assertEquals(clock.seconds(), 1);
    await clock.advanceAsync(1);
    assertEquals(clock.seconds(), 2);
    await assertRejects(() => clock.advanceAsync(-1), RangeError);
  });
}

Deno.test("SimClock.settle() lets promises settle and does not move time", async () => {
  const clock = new SimClock();
  const log: string[] = [];
  Promise.resolve().then(() => {}).then(() => log.push("settled"));
  await clock.settle();
  assertEquals([log, clock.seconds()], [["settled"], 0]);
});

Deno.test("SimClock.advance() runs calls in the order of time, then of addition", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 5 })), (delays) => {
    const clock = new SimClock();
    const log: [number, number][] = [];
    delays.forEach((delay, i) => clock.callLater(delay, () => log.push([clock.seconds(), i])));
    clock.advance(5);
    const expected = delays.map((delay, i): [number, number] => [delay, i]);
    assertEquals(log, expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
  }));
});
