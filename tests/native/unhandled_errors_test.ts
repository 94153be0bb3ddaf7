import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { assert, assertEquals } from "@std/assert";
import { setUnhandledErrorReporter } from "../../poller/mod.ts";
import { fail } from "../../reactor/mod.ts";

/** Collects garbage and lets the finalizers run, until something is the case. */
async function collectGarbageUntil(isDone: () => boolean): Promise<void> {
  setFlagsFromString("--expose_gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < 100 && !isDone(); i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Makes Deferreds that become garbage when this returns. */
function makeGarbage(): void {
  fail(new RangeError("unhandled"));
  fail(new RangeError("handled")).addErrback(() => {});
}

Deno.test("DEFER-117 Deferred reports an unhandled failure when it has become garbage", async () => {
  const log: string[] = [];
  const previous = setUnhandledErrorReporter(({ message, error }) => {
    log.push(`${message}: ${error}`);
  });
  try {
    const kept = fail(new RangeError("can still be handled"));
    makeGarbage();
    await collectGarbageUntil(() => log.length > 0);
    assertEquals(log, ["Unhandled error in Deferred: RangeError: unhandled"]);
    kept.addErrback(() => {});
    assert(kept.called);
  } finally {
    setUnhandledErrorReporter(previous);
  }
});
