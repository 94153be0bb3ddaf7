import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  AlreadyCalled,
  AlreadyCancelled,
  type DelayedCall,
  DelayedCallQueue,
} from "../../poller/mod.ts";

function makeQueue() {
  const log: string[] = [];
  const state = { now: 0 };
  const queue = new DelayedCallQueue({ seconds: () => state.now });
  const later = (time: number, name: string) => queue.add(time, (x: string) => log.push(x), [name]);
  const runTo = (now: number) => {
    state.now = now;
    for (const timer of queue.takeDue(now)) timer.run();
  };
  return { log, state, queue, later, runTo };
}

Deno.test("INET-38, INET-39 DelayedCall.cancel() keeps the call from running and throws the second time", () => {
  const { log, later, runTo, queue } = makeQueue();
  const call = later(1, "a");
  call.cancel();
  assertEquals([call.active(), call.cancelled, call.called], [false, true, false]);
  assertEquals(queue.size, 0);
  assertThrows(() => call.cancel(), AlreadyCancelled);
  assertThrows(() => call.delay(1), AlreadyCancelled);
  assertThrows(() => call.reset(1), AlreadyCancelled);
  runTo(5);
  assertEquals(log, []);
});

Deno.test("INET-40, INET-41 DelayedCall.cancel() throws AlreadyCalled inside its own function and after it", () => {
  const { queue, runTo } = makeQueue();
  const codes: string[] = [];
  const call: DelayedCall = queue.add(1, () => {
    codes.push(assertThrows(() => call.cancel(), AlreadyCalled).code);
  }, []);
  runTo(1);
  assertEquals(codes, ["ALREADY_CALLED"]);
  assertEquals([call.active(), call.called], [false, true]);
  assertThrows(() => call.cancel(), AlreadyCalled);
  assertThrows(() => call.delay(1), AlreadyCalled);
  assertThrows(() => call.reset(1), AlreadyCalled);
});

Deno.test("TASK-07, TASK-08, TASK-09 DelayedCall.delay() counts from the time set, reset() from now", () => {
  const { state, later } = makeQueue();
  const call = later(5, "a");
  state.now = 2;
  call.delay(3);
  assertEquals(call.getTime(), 8);
  call.delay(-4);
  assertEquals(call.getTime(), 4);
  call.reset(10);
  assertEquals(call.getTime(), 12);
  call.reset(1);
  assertEquals(call.getTime(), 3);
});

Deno.test("DelayedCall.reset() moves the call behind those that are due at the same time", () => {
  const { log, later, runTo } = makeQueue();
  const first = later(1, "first");
  later(2, "second");
  first.reset(2);
  runTo(1);
  assertEquals(log, []);
  runTo(2);
  assertEquals(log, ["second", "first"]);
});

Deno.test("DelayedCall.delay() refuses NaN and leaves the call where it was", () => {
  const { log, later, runTo } = makeQueue();
  const call = later(1, "a");
  assertThrows(() => call.delay(NaN), RangeError);
  assertThrows(() => call.reset(NaN), RangeError);
  assertThrows(() => later(NaN, "b"), RangeError);
  runTo(1);
  assertEquals(log, ["a"]);
});

Deno.test("DelayedCall.cancel() works on a call that is due in the pass that runs", () => {
  const { log, queue, later, runTo } = makeQueue();
  queue.add(1, () => second.cancel(), []);
  const second = later(1, "second");
  const third = queue.add(1, () => log.push("third"), []);
  queue.add(1, () => third, []);
  runTo(1);
  assertEquals(log, ["third"]);
});

Deno.test("DelayedCall.delay() takes a call out of the pass that runs", () => {
  const { log, queue, later, runTo } = makeQueue();
  queue.add(1, () => second.delay(1), []);
  const second = later(1, "second");
  runTo(1);
  assertEquals(log, []);
  runTo(2);
  assertEquals(log, ["second"]);
});

Deno.test("INET-47 DelayedCallQueue.list() holds what is active, also what is due but has not run yet", () => {
  const { queue, later, runTo } = makeQueue();
  let seen: DelayedCall[] = [];
  queue.add(1, () => seen = queue.list(), []);
  const late = later(3, "late");
  const due = later(1, "due");
  later(1, "cancelled").cancel();
  assertEquals(queue.list().map((call) => call.getTime()), [1, 1, 3]);
  runTo(1);
  assertEquals(seen, [due, late]);
  assertEquals(queue.list(), [late]);
});

Deno.test("DelayedCallQueue.takeFirst() leaves the rest in the queue", () => {
  const { queue, log, later } = makeQueue();
  later(1, "a");
  later(1, "b");
  queue.takeFirst(1)?.run();
  assertEquals([log, queue.nextDeadline, queue.size], [["a"], 1, 1]);
  assertEquals(queue.takeFirst(0), null);
});

Deno.test("DelayedCallQueue.add() tells its owner, and so does a move", () => {
  let changes = 0;
  const ran: number[] = [];
  const queue = new DelayedCallQueue({
    seconds: () => 0,
    changed: () => changes++,
    run: (call) => {
      ran.push(call.id);
      call.invoke();
    },
  });
  queue.add(4, () => {}, []).reset(1);
  assertEquals(changes, 2);
  for (const timer of queue.takeDue(1)) timer.run();
  assertEquals(ran, [1]);
});

Deno.test("BASE-07, BASE-08, BASE-09, BASE-10 DelayedCall.valueOf() has calls compared by their times", () => {
  const { later } = makeQueue();
  const [early, late, alike] = [later(1, "early"), later(2, "late"), later(2, "alike")];
  assertEquals([early < late, late < early, late < alike], [true, false, false]);
  assertEquals([early <= late, late <= early, late <= alike], [true, false, true]);
  assertEquals([late > early, early > late, late > alike], [true, false, false]);
  assertEquals([late >= early, early >= late, late >= alike], [true, false, true]);
  early.delay(2);
  assertEquals(late < early, true);
});

Deno.test("BASE-11, BASE-12 DelayedCall is equal to itself only, whatever its time", () => {
  const { later } = makeQueue();
  const [one, other] = [later(1, "one"), later(1, "other")];
  assertEquals([one.getTime(), Object.is(one, other)], [other.getTime(), false]);
  assertEquals(new Set([one, other, one]).size, 2);
});

Deno.test("BASE-13 DelayedCall.toString() has one line: no stack of who made the call", () => {
  const { later } = makeQueue();
  assertEquals(`${later(1, "a")}`.includes("\n"), false);
});

Deno.test("BASE-05, INET-43 DelayedCall.toString() shows number, time left, state, function and arguments", () => {
  const { queue, state, runTo } = makeQueue();
  function save(..._args: unknown[]) {}
  const call = queue.add(3, save, ["a", 1, null, Object.create(null), Symbol("s"), save]);
  state.now = 0.5;
  assertEquals(
    call.toString(),
    `<DelayedCall 1 [2.5s] called=false cancelled=false save("a", 1, null, {…}, Symbol(s), save)>`,
  );
  runTo(3);
  assertEquals(`${call}`, "<DelayedCall 1 [0s] called=true cancelled=false>");
  const anonymous = queue.add(4, (() => () => {})(), []);
  assertStringIncludes(anonymous.toString(), "(anonymous)()");
});

Deno.test("TIME-02 DelayedCallQueue.add() takes a time 2^128 seconds away", () => {
  const { queue, later } = makeQueue();
  const call = later(2 ** 128, "a");
  assertEquals(queue.nextDeadline, 2 ** 128);
  assertEquals(call.active(), true);
});

Deno.test("DelayedCallQueue.list() puts a call that was moved behind those of the same time", () => {
  const { queue, later } = makeQueue();
  const [a, b, c] = [later(1, "a"), later(2, "b"), later(2, "c")];
  a.reset(2);
  assertEquals(queue.list(), [b, c, a]);
});
