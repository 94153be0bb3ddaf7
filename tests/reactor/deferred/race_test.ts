import { assert, assertEquals } from "@std/assert";
import { ErrorLedger } from "../../../poller/mod.ts";
import {
  CancelledError,
  Deferred,
  type FailureGroup,
  race,
} from "../../../reactor/deferred/mod.ts";

Deno.test("DEFER-85 race() delivers the first result, cancels the others and not the winner", () => {
  const cancelled: number[] = [];
  const contestants = [0, 1, 2].map((i) => new Deferred<string>(() => cancelled.push(i)));
  const winner = race(contestants);
  contestants[0]?.errback(new RangeError());
  contestants[1]?.callback("first");
  assertEquals(winner.result, [1, "first"]);
  assertEquals(cancelled, [2]);
});

Deno.test("DEFER-86 race() fails with the failures in the order of the contestants if all fail", () => {
  const contestants = [new Deferred<void>(), new Deferred<void>()];
  const log: FailureGroup[] = [];
  race(contestants).addErrback((failure) => log.push(failure.value as FailureGroup));
  contestants[1]?.errback(new TypeError());
  assertEquals(log, []);
  contestants[0]?.errback(new RangeError());
  assertEquals(log[0]?.failures.map(({ type }) => type), [RangeError, TypeError]);
  assert(log[0]?.errors[0] instanceof RangeError);
});

Deno.test("DEFER-87 race() drops what cancelled ones come to", () => {
  using ledger = new ErrorLedger();
  const contestants = [new Deferred<string>(), new Deferred<string>(), new Deferred<string>()];
  const winner = race(contestants);
  contestants[0]?.callback("first");
  contestants[1]?.callback("late");
  contestants[2]?.errback(new RangeError("late"));
  assertEquals(winner.result, [0, "first"]);
  assertEquals(ledger.size, 0);
});

Deno.test("DEFER-88 race() takes no notice of a canceller that gives a result", () => {
  const contestants = [
    new Deferred<string>(),
    new Deferred<string>((deferred) => deferred.callback("from the canceller")),
  ];
  const winner = race(contestants);
  contestants[0]?.callback("first");
  assertEquals(winner.result, [0, "first"]);
});

Deno.test("DEFER-89 race().cancel() cancels all", () => {
  const cancelled: number[] = [];
  const contestants = [0, 1].map((i) => new Deferred<void>(() => cancelled.push(i)));
  const log: unknown[] = [];
  const winner = race(contestants);
  winner.addErrback(({ value }) => log.push(...(value as FailureGroup).errors));
  winner.cancel();
  assertEquals(cancelled, [0, 1]);
  assertEquals(log.map((error) => error instanceof CancelledError), [true, true]);
});

Deno.test("race() has its winner, and cancels all others, though a canceller throws", () => {
  using ledger = new ErrorLedger();
  const cancelled: number[] = [];
  const contestants = [0, 1, 2].map((i) =>
    new Deferred<string>(() => {
      cancelled.push(i);
      if (i === 1) throw new RangeError("canceller");
    })
  );
  const winner = race(contestants);
  contestants[0]?.callback("first");
  assertEquals(winner.result, [0, "first"]);
  assertEquals([cancelled, ledger.size], [[1, 2], 1]);
});

for (const late of ["callback", "errback"] as const) {
  Deno.test(`race().cancel() cancels all though a canceller throws; a late ${late}() is dropped`, () => {
    using ledger = new ErrorLedger();
    const cancelled: number[] = [];
    const contestants = [0, 1].map((i) =>
      new Deferred<string>(() => {
        cancelled.push(i);
        if (i === 0) throw new RangeError("canceller");
      })
    );
    const winner = race(contestants);
    const log: unknown[] = [];
    winner.addErrback(({ type }) => log.push(type));
    winner.cancel();
    assertEquals([cancelled, ledger.size], [[0, 1], 1]);
    contestants[0]?.[late]("late");
    assertEquals([contestants[0]?.result, ledger.size], [undefined, 1]);
    assertEquals(log, [CancelledError]);
  });
}
