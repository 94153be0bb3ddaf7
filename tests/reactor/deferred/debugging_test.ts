import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { ErrorLedger } from "../../../poller/mod.ts";
import {
  AlreadyCalledError,
  Deferred,
  fail,
  getDebugging,
  setDebugging,
} from "../../../reactor/deferred/mod.ts";

/** Runs a function in debug mode. */
function debugging(fn: () => void): void {
  assertEquals(getDebugging(), false);
  setDebugging(true);
  try {
    assertEquals(getDebugging(), true);
    fn();
  } finally {
    setDebugging(false);
  }
}

type Fire = (deferred: Deferred<string>) => void;

function make(): Deferred<string> {
  const deferred = new Deferred<string>();
  deferred.addCallbacks(() => {}, () => {});
  return deferred;
}
function call1(deferred: Deferred<string>): void {
  deferred.callback("hello");
}
function call2(deferred: Deferred<string>): void {
  deferred.callback("twice");
}
function err1(deferred: Deferred<string>): void {
  deferred.errback(new Error("first"));
}
function err2(deferred: Deferred<string>): void {
  deferred.errback(new Error("second"));
}

/** The frames of a section, by the names of the functions. */
function namesIn(message: string, letter: "C" | "I"): string[] {
  return message.split("\n").filter((line) => line.startsWith(` ${letter}:`))
    .flatMap((line) => /at (\S+) \(/.exec(line)?.[1] ?? []);
}

/** Says who has made and fired a Deferred, as the error of firing it twice tells it. */
function check(first: Fire, second: Fire): void {
  debugging(() => {
    const deferred = make();
    first(deferred);
    const { message } = assertThrows(() => second(deferred), AlreadyCalledError);
    const created = namesIn(message, "C");
    const invoked = namesIn(message, "I");
    assertEquals(created[0], "make");
    assertMatch(
      invoked.slice(0, 2).join(),
      new RegExp(`^[A-Za-z]+\\.(call|err)back,${first.name}$`),
    );
    for (const name of ["call1", "call2", "err1", "err2"]) {
      assertEquals(created.includes(name), false);
    }
    assertEquals(invoked.includes(second.name), false);
  });
}

Deno.test("DEFER-97 AlreadyCalledError tells who made and who fired: callback twice", () => {
  check(call1, call2);
});

Deno.test("DEFER-98 AlreadyCalledError tells who made and who fired: callback, then errback", () => {
  check(call1, err2);
});

Deno.test("DEFER-99 AlreadyCalledError tells who made and who fired: errback, then callback", () => {
  check(err1, call2);
});

Deno.test("DEFER-100 AlreadyCalledError tells who made and who fired: errback twice", () => {
  check(err1, err2);
});

Deno.test("DEFER-101 AlreadyCalledError tells nobody without debug mode", () => {
  const deferred = make();
  call1(deferred);
  const { message } = assertThrows(() => call2(deferred), AlreadyCalledError);
  assertEquals(message, "Cannot deliver a result: the Deferred has one");
});

Deno.test("DEFER-102 setDebugging() may be called between the making and the firing", () => {
  const before = make();
  debugging(() => call1(before));
  const late = assertThrows(() => call2(before), AlreadyCalledError).message;
  assertEquals(namesIn(late, "C"), []);
  assertEquals(namesIn(late, "I")[1], "call1");

  let during = make();
  debugging(() => during = make());
  call1(during);
  const early = assertThrows(() => call2(during), AlreadyCalledError).message;
  assertEquals(namesIn(early, "C")[0], "make");
  assertEquals(namesIn(early, "I"), []);
});

Deno.test("AlreadyCalledError tells who made a Deferred of a class of one's own", () => {
  class Own extends Deferred<string> {}
  debugging(() => {
    function makeOwn(): Deferred<string> {
      return new Own();
    }
    const deferred = makeOwn();
    call1(deferred);
    const { message } = assertThrows(() => call2(deferred), AlreadyCalledError);
    assertEquals(namesIn(message, "C")[0], "makeOwn");
  });
});

Deno.test("AlreadyCalledError of chainDeferred() tells who fired the other one first", () => {
  using ledger = new ErrorLedger();
  debugging(() => {
    const deferred = make();
    call1(deferred);
    const chained = new Deferred<string>().chainDeferred(deferred);
    (chained as Deferred<unknown>).callback("late");
    assertEquals(namesIn(String(ledger.take()[0]?.error), "I")[1], "call1");
  });
});

Deno.test("DEFER-121 Deferred reports an unhandled failure with who made and who fired it", () => {
  using ledger = new ErrorLedger();
  function failHere(): void {
    new Deferred<string>().errback(new RangeError("unhandled"));
  }
  debugging(failHere);
  fail(new RangeError("without"));
  const [told, untold] = ledger.take().map(({ message }) => message);
  assertMatch(told as string, /^Unhandled error in Deferred\n C: Deferred was created:\n C: /);
  assertEquals([namesIn(told as string, "C")[0], namesIn(told as string, "I")[1]], [
    "failHere",
    "failHere",
  ]);
  assertEquals(untold, "Unhandled error in Deferred");
});
