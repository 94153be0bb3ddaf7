import { assert, assertEquals, assertMatch } from "@std/assert";
import { setUnhandledErrorReporter } from "../../poller/mod.ts";
import { Deferred, fail, setDebugging } from "../../reactor/mod.ts";
import { collectGarbageUntil } from "./garbage.ts";

/** Makes Deferreds that become garbage when this returns. */
function makeGarbage(): void {
  fail(new RangeError("unhandled"));
  fail(new RangeError("handled")).addErrback(() => {});
}

/** Has a callback throw while this frame holds its Deferred. */
function makeGarbageWithFrame(): void {
  const deferred = new Deferred<number>();
  deferred.addCallback(() => {
    throw new RangeError("held by a frame");
  });
  deferred.callback(1);
}

/** The same of a Deferred that its callback and the Deferred itself refer to. */
function makeGarbageWithCycle(): void {
  const deferred = new Deferred<number>();
  deferred.addCallback(() => {
    throw new RangeError(`held by itself: ${deferred.called}`);
  });
  Object.assign(deferred, { self: deferred });
  deferred.callback(1);
}

/** Makes garbage, and returns what is reported of it. */
async function reportsOf(make: () => void): Promise<string[]> {
  const log: string[] = [];
  const previous = setUnhandledErrorReporter(({ message, error }) => {
    log.push(`${message}: ${error}`);
  });
  try {
    make();
    await collectGarbageUntil(() => log.length > 0);
  } finally {
    setUnhandledErrorReporter(previous);
  }
  return log;
}

Deno.test("DEFER-117 Deferred reports an unhandled failure when it has become garbage", async () => {
  let kept: Deferred<unknown> | undefined;
  const reports = await reportsOf(() => {
    kept = fail(new RangeError("can still be handled"));
    makeGarbage();
  });
  assertEquals(reports, ["Unhandled error in Deferred: RangeError: unhandled"]);
  kept?.addErrback(() => {});
  assert(kept?.called);
});

Deno.test("DEFER-118 Deferred reports what a callback threw when the frame with it is gone", async () => {
  assertEquals(await reportsOf(makeGarbageWithFrame), [
    "Unhandled error in Deferred: RangeError: held by a frame",
  ]);
});

Deno.test("DEFER-119 Deferred reports what a callback threw though it refers to itself", async () => {
  assertEquals(await reportsOf(makeGarbageWithCycle), [
    "Unhandled error in Deferred: RangeError: held by itself: true",
  ]);
});

Deno.test("DEFER-121 Deferred that has become garbage is reported with who made and fired it", async () => {
  setDebugging(true);
  let reports: string[];
  try {
    reports = await reportsOf(makeGarbageWithFrame);
  } finally {
    setDebugging(false);
  }
  const [report] = reports;
  assertMatch(report as string, / C: Deferred was created:\n C: +at makeGarbageWithFrame \(/);
  assertMatch(report as string, / I: First Invoker was:\n I: .*\n I: +at makeGarbageWithFrame \(/);
});
