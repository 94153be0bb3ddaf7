import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { ErrorLedger, setUnhandledErrorReporter } from "../../../poller/mod.ts";
import { Deferred, fail, Failure, logError, succeed } from "../../../reactor/deferred/mod.ts";

Deno.test("DEFER-01 logError() returns the failure it was given", () => {
  using ledger = new ErrorLedger();
  const failure = new Failure(new RangeError("x"));
  assertStrictEquals(logError(failure), failure);
  ledger.take();
});

Deno.test("DEFER-02 logError() reports the error", () => {
  using ledger = new ErrorLedger();
  const error = new RangeError("x");
  logError(new Failure(error));
  assertEquals(ledger.take(), [{ message: "Error in Deferred", error }]);
});

Deno.test("DEFER-03 logError() reports a message that does not repeat the failure", () => {
  using ledger = new ErrorLedger();
  const failure = new Failure(new RangeError("secret"));
  logError(failure);
  const [report] = ledger.take();
  assert(!report?.message.includes("secret"));
});

Deno.test("DEFER-117 Deferred reports a failure that nobody handled, once", () => {
  using ledger = new ErrorLedger();
  const error = new RangeError("unhandled");
  const deferred = fail(error);
  assertEquals(ledger.take(), [{ message: "Unhandled error in Deferred", error }]);
  deferred.addCallback(() => "passed by");
  assertEquals(ledger.take(), []);
});

Deno.test("DEFER-120 Deferred reports a message that does not repeat the failure", () => {
  using ledger = new ErrorLedger();
  fail(new RangeError("secret"));
  assert(!ledger.take()[0]?.message.includes("secret"));
});

Deno.test("DEFER-122 Deferred whose failure was taken over reports nothing", () => {
  using ledger = new ErrorLedger();
  const inner = new Deferred<void>();
  const outer = succeed(0).addCallback(() => inner);
  inner.errback(new RangeError());
  outer.addErrback(() => {});
  assertEquals(ledger.size, 0);
});

Deno.test("DEFER-123 Deferred reports nothing when waiting takes the place of the failure", () => {
  using ledger = new ErrorLedger();
  const deferred = fail(new RangeError());
  assertEquals(ledger.size, 1);
  deferred.addErrback(() => new Deferred());
  assertEquals(ledger.size, 0);
});

Deno.test("Deferred reports the last failure if errbacks threw another", () => {
  using ledger = new ErrorLedger();
  fail(new RangeError("first")).addErrback(() => {
    throw new TypeError("second");
  });
  assertEquals(ledger.take().map(({ error }) => String(error)), ["TypeError: second"]);
});

Deno.test("Deferred reports nothing after an errback, an observer, await or chainDeferred", async () => {
  using ledger = new ErrorLedger();
  fail(1).addErrback(() => {});
  fail(2).observe(() => {});
  await (fail(3) as Deferred<unknown>).then(null, () => {});
  const other = new Deferred<never>();
  fail(4).chainDeferred(other);
  other.addErrback(() => {});
  assertEquals(ledger.take(), []);
});

Deno.test("Deferred reports a failure that follows one that was seen", () => {
  using ledger = new ErrorLedger();
  fail(1).observe(() => {}).addErrback(() => new Failure(2));
  assertEquals(ledger.take().map(({ error }) => error), [2]);
});

Deno.test("Deferred reports a failure although it was reported and handled before", () => {
  using ledger = new ErrorLedger();
  const deferred = fail(1);
  deferred.addErrback(() => {}).addCallback(() => new Failure(2));
  assertEquals(ledger.take().map(({ error }) => error), [2]);
});

Deno.test("ErrorLedger reports on disposal what nobody took", () => {
  const reports: unknown[] = [];
  const previous = setUnhandledErrorReporter(({ error }) => reports.push(error));
  try {
    using _ledger = new ErrorLedger();
    fail("left");
    assertEquals(reports, []);
  } finally {
    setUnhandledErrorReporter(previous);
  }
  assertEquals(reports, ["left"]);
});

Deno.test("ErrorLedger collects alone while it is the innermost", () => {
  using outer = new ErrorLedger();
  {
    using inner = new ErrorLedger();
    fail("inner");
    assertEquals(inner.take().map(({ error }) => error), ["inner"]);
  }
  fail("outer");
  assertEquals(outer.take().map(({ error }) => error), ["outer"]);
});
