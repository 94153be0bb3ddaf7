import { assert, assertEquals, assertFalse, assertStrictEquals } from "@std/assert";
import { ErrorLedger } from "../../../poller/mod.ts";
import {
  CancelledError,
  Deferred,
  DeferredList,
  fail,
  Failure,
  FirstError,
  gatherResults,
  type Outcome,
  succeed,
} from "../../../reactor/deferred/mod.ts";

function three<T>(): [Deferred<T>, Deferred<T>, Deferred<T>] {
  return [new Deferred(), new Deferred(), new Deferred()];
}

/** Outcomes with the classes of their failures in place of these. */
function brief(outcomes: readonly Outcome<unknown>[]): unknown[] {
  return outcomes.map(([succeeded, result]) => succeeded ? result : (result as Failure).type);
}

function ignore(deferreds: Iterable<Deferred<unknown>>): void {
  for (const deferred of deferreds) deferred.addErrback(() => {});
}

/** Three Deferreds that say when they are cancelled. */
function cancellable(log: number[], fire?: (deferred: Deferred<string>) => void) {
  return [0, 1, 2].map((index) =>
    new Deferred<string>((deferred) => {
      log.push(index);
      fire?.(deferred);
    })
  );
}

Deno.test("DEFER-11 DeferredList fires with the outcomes in the order of its members", () => {
  const log: unknown[] = [];
  const [a, b, c] = three<string>();
  new DeferredList([a, b, c]).addCallback((outcomes) => log.push(...brief(outcomes)));
  b.callback("b");
  c.errback(new RangeError());
  assertEquals(log, []);
  a.callback("a");
  assertEquals(log, ["a", "b", RangeError]);
  ignore([c]);
});

Deno.test("DEFER-12 DeferredList without members fires at once, or never for one result", () => {
  assertEquals(new DeferredList([]).result, []);
  assertFalse(new DeferredList([], { fireOnOneCallback: true }).called);
});

Deno.test("DEFER-124 DeferredList without members calls back with an empty list", () => {
  const log: unknown[] = [];
  new DeferredList([]).addCallback((outcomes) => log.push(outcomes));
  assertEquals(log, [[]]);
});

Deno.test("DEFER-13 DeferredList fails on one failure with fireOnOneErrback", () => {
  const log: FirstError[] = [];
  const [a, b, c] = three<string>();
  new DeferredList([a, b, c], { fireOnOneErrback: true })
    .addErrback((failure) => log.push(failure.value as FirstError));
  a.callback("a");
  assertEquals(log, []);
  b.errback(new RangeError("from def2"));
  assertEquals(log.length, 1);
  assertEquals([log[0]?.index, log[0]?.subFailure.type], [1, RangeError]);
  c.callback("late");
  ignore([b]);
});

Deno.test("DEFER-14 DeferredList leaves failures with its members", () => {
  const log: unknown[] = [];
  const member = new Deferred<void>();
  new DeferredList([member]);
  member.addErrback(({ type }) => log.push(type));
  member.errback(new RangeError());
  assertEquals(log, [RangeError]);
});

Deno.test("DEFER-15 DeferredList takes its members' failures with consumeErrors", () => {
  using ledger = new ErrorLedger();
  const member = new Deferred<void>();
  const list = new DeferredList([member], { consumeErrors: true });
  member.errback(new RangeError());
  assertEquals(member.result, undefined);
  assertEquals(brief(list.result as readonly Outcome<void>[]), [RangeError]);
  assertEquals(ledger.size, 0);
});

Deno.test("DEFER-16 DeferredList fails while it is made if a member has failed", () => {
  const failed = fail(new RangeError());
  const log: unknown[] = [];
  new DeferredList([new Deferred(), failed], { fireOnOneErrback: true })
    .addErrback((failure) => log.push((failure.value as FirstError).index));
  assertEquals(log, [1]);
  ignore([failed]);
});

Deno.test("DEFER-17 DeferredList counts members that have fired", () => {
  const failed = fail(new RangeError());
  const list = new DeferredList<number>([succeed(1), failed, succeed(2)]);
  assertEquals(brief(list.result as readonly Outcome<number>[]), [1, RangeError, 2]);
  ignore([failed]);
});

Deno.test("DEFER-18 DeferredList.cancel() cancels every member", () => {
  const log: number[] = [];
  const members = cancellable(log);
  const list = new DeferredList(members);
  list.cancel();
  assertEquals(log, [0, 1, 2]);
  ignore(members);
});

Deno.test("DEFER-19 DeferredList.cancel() without flags calls back with the failures", () => {
  const [a, b, c] = three<string>();
  const list = new DeferredList([a, b, c]);
  b.callback("in time");
  list.cancel();
  assertEquals(brief(list.result as readonly Outcome<string>[]), [
    CancelledError,
    "in time",
    CancelledError,
  ]);
  ignore([a, c]);
});

Deno.test("DEFER-20 DeferredList.cancel() cancels all with fireOnOneCallback", () => {
  const log: number[] = [];
  const members = cancellable(log);
  const list = new DeferredList(members, { fireOnOneCallback: true });
  list.cancel();
  assertEquals(log, [0, 1, 2]);
  assertEquals(brief(list.result as readonly Outcome<string>[]), [
    CancelledError,
    CancelledError,
    CancelledError,
  ]);
  ignore(members);
});

Deno.test("DEFER-21 DeferredList.cancel() fires with the result that a canceller gives", () => {
  const a = new Deferred<string>((deferred) => deferred.callback("in spite of it"));
  const b = new Deferred<string>();
  const list = new DeferredList([a, b], { fireOnOneCallback: true });
  list.cancel();
  assertEquals(list.result, ["in spite of it", 0]);
  ignore([b]);
});

Deno.test("DEFER-22 DeferredList.cancel() fails with the first CancelledError if it fires on one", () => {
  const [a, b, c] = three<string>();
  const log: FirstError[] = [];
  const list = new DeferredList([a, b, c], { fireOnOneErrback: true });
  list.addErrback((failure) => log.push(failure.value as FirstError));
  list.cancel();
  assertEquals([log.length, log[0]?.index, log[0]?.subFailure.type], [1, 0, CancelledError]);
  ignore([a, b, c]);
});

Deno.test("DEFER-23 DeferredList.cancel() calls back if every canceller gives a result", () => {
  const members = cancellable([], (deferred) => deferred.callback("result"));
  const list = new DeferredList(members, { fireOnOneErrback: true });
  list.cancel();
  assertEquals(brief(list.result as readonly Outcome<string>[]), ["result", "result", "result"]);
});

Deno.test("DEFER-24 DeferredList keeps a copy of the list it was given", () => {
  const [a, b, c] = three<string>();
  const given = [a, b];
  const list = new DeferredList(given);
  given[0] = c;
  list.cancel();
  assertEquals([a.called, b.called, c.called], [true, true, false]);
  ignore([a, b]);
});

Deno.test("DEFER-25 DeferredList.cancel() reports what a canceller throws and goes on", () => {
  using ledger = new ErrorLedger();
  const a = new Deferred<string>(() => {
    throw new RangeError("canceller");
  });
  const b = new Deferred<string>();
  const list = new DeferredList([a, b], { consumeErrors: true });
  list.cancel();
  assertEquals(ledger.take().map(({ error }) => String(error)), ["RangeError: canceller"]);
  assertEquals([a.called, b.called], [false, true]);
});

Deno.test("DEFER-26 DeferredList.cancel() does nothing after it fired on a result", () => {
  const [a, b] = three<string>();
  const list = new DeferredList([a, b], { fireOnOneCallback: true });
  a.callback("first");
  list.cancel();
  assertEquals([b.called, list.result], [false, ["first", 0]]);
});

Deno.test("DEFER-27 DeferredList.cancel() does nothing after it fired on a failure", () => {
  const [a, b] = three<string>();
  const list = new DeferredList([a, b], { fireOnOneErrback: true });
  a.errback(new RangeError());
  list.cancel();
  assertFalse(b.called);
  ignore([a, list]);
});

Deno.test("DEFER-39 gatherResults() delivers the results, or the first failure as FirstError", () => {
  const log: unknown[] = [];
  const [a, b] = three<number>();
  gatherResults([a, b]).addCallback((results) => log.push(results));
  b.callback(2);
  a.callback(1);
  assertEquals(log, [[1, 2]]);
  const failed = fail(new RangeError());
  gatherResults([new Deferred(), failed]).addErrback(({ value }) => log.push(value));
  const error = log[1];
  assert(error instanceof FirstError);
  assertEquals([error.index, error.subFailure.type], [1, RangeError]);
  ignore([failed]);
});

Deno.test("DEFER-40 gatherResults() takes the members' failures with consumeErrors", () => {
  const failed: Deferred<void> = fail(new RangeError());
  gatherResults([failed], { consumeErrors: true }).addErrback(() => {});
  assertEquals(failed.result, undefined);
});

Deno.test("DEFER-41 gatherResults().cancel() cancels the members", () => {
  const log: number[] = [];
  const members = cancellable(log);
  const gathered = gatherResults(members);
  gathered.addErrback(() => {});
  gathered.cancel();
  assertEquals(log, [0, 1, 2]);
  ignore(members);
});

Deno.test("DEFER-42 gatherResults().cancel() delivers the results that the cancellers give", () => {
  const members = cancellable([], (deferred) => deferred.callback("result"));
  const gathered = gatherResults(members);
  gathered.cancel();
  assertEquals(gathered.result, ["result", "result", "result"]);
});

Deno.test("DEFER-90 FirstError.message has the index and the failure", () => {
  const error = new FirstError(new Failure(new RangeError("x")), 3);
  assertEquals(error.message, "Cannot gather results: number 3 is [Failure: RangeError: x]");
});

Deno.test("DEFER-91 FirstError as text has the index and the failure's text", () => {
  const error = new FirstError(new Failure(new RangeError("x")), 3);
  assertEquals(
    String(error),
    "FirstError: Cannot gather results: number 3 is [Failure: RangeError: x]",
  );
  assert(error.cause instanceof RangeError);
});

Deno.test("DEFER-92 FirstError.equals() compares by failure and index", () => {
  const failure = new Failure(new RangeError("x"));
  assert(new FirstError(failure, 1).equals(new FirstError(failure, 1)));
  assertFalse(new FirstError(failure, 1).equals(new FirstError(failure, 2)));
  assertFalse(new FirstError(failure, 1).equals(new FirstError(new Failure(new Error()), 1)));
  assertFalse(new FirstError(failure, 1).equals("something else"));
});

Deno.test("DeferredList types its result by its options", () => {
  const first = new DeferredList([succeed(7)], { fireOnOneCallback: true });
  const log: unknown[] = [];
  first.addCallback((result: readonly [number, number] | readonly Outcome<number>[]) =>
    log.push(result)
  );
  assertStrictEquals((log[0] as unknown[])[0], 7);
});

Deno.test("DeferredList takes no notice of what comes after it has fired", () => {
  const members = [new Deferred<number>(), new Deferred<number>(), new Deferred<number>()];
  const options = { fireOnOneErrback: true, fireOnOneCallback: true, consumeErrors: true };
  const list = new DeferredList(members, options);
  members[1]?.callback(1);
  members[0]?.errback(new RangeError());
  members[2]?.callback(2);
  assertEquals<unknown>(list.result, [1, 1]);
  assertEquals(members.map(({ result }) => result), [undefined, 1, 2]);
});
