import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import {
  AlreadyCalled,
  AlreadyCancelled,
  DelayedCall,
  DelayedCallQueue,
} from "../../poller/mod.ts";

/** What the text of a call begins with that has kept who made it. */
const MADE_HERE = "<DelayedCall 1 [5s] called=false cancelled=false (anonymous)()\n\n" +
  "traceback at creation:\n\n";

/** Runs a function in debug mode. */
function debugging(fn: () => void): void {
  DelayedCall.debug = true;
  try {
    fn();
  } finally {
    DelayedCall.debug = false;
  }
}

/** The one whom the stack has to name. */
function makeTheCall(queue: DelayedCallQueue = new DelayedCallQueue({ seconds: () => 0 })) {
  return queue.add(5, () => {}, []);
}

Deno.test("BASE-14 DelayedCall.debug adds nothing to a call that was made before", () => {
  const call = makeTheCall();
  debugging(() => {
    assertEquals(
      call.toString(),
      "<DelayedCall 1 [5s] called=false cancelled=false (anonymous)()>",
    );
  });
});

Deno.test("BASE-15 DelayedCall.toString() tells who made the call in debug mode", () => {
  debugging(() => {
    const text = makeTheCall().toString();
    assertEquals(text.slice(0, MADE_HERE.length), MADE_HERE);
    const [first, second] = text.slice(MADE_HERE.length).split("\n");
    // Whoever has made the object is below the caller's frame; the class is not shown.
    assertMatch(first as string, /^ +at DelayedCallQueue\.add \(/);
    assertMatch(second as string, /^ +at makeTheCall \(.*delayed_call_debug_test\.ts/);
    assertMatch(text, /\n>$/);
  });
});

Deno.test("BASE-16 DelayedCall.toString() tells who made the call after debug mode, too", () => {
  let call: DelayedCall | undefined;
  debugging(() => call = makeTheCall());
  assertStringIncludes(`${call}`, "at makeTheCall (");
  call?.cancel();
  assertStringIncludes(`${call}`, "at makeTheCall (");
});

Deno.test("DelayedCall tells who made it in its errors in debug mode, and in no other", () => {
  const queue = new DelayedCallQueue({ seconds: () => 0 });
  debugging(() => {
    const call = makeTheCall(queue);
    call.cancel();
    const { message } = assertThrows(() => call.cancel(), AlreadyCancelled);
    assertStringIncludes(message, "it was cancelled already\n\ntraceback at creation:\n\n");
    assertStringIncludes(message, "at makeTheCall (");
    const called = makeTheCall(queue);
    queue.takeFirst(5)?.run();
    assertStringIncludes(
      assertThrows(() => called.cancel(), AlreadyCalled).message,
      "at makeTheCall (",
    );
  });
  const call = makeTheCall(queue);
  call.cancel();
  assertEquals(
    assertThrows(() => call.delay(1), AlreadyCancelled).message,
    "Cannot delay a delayed call: it was cancelled already",
  );
});
