import { assertEquals, assertThrows } from "@std/assert";
import { Deferred, type LogEvent, SystemEvents } from "../../reactor/mod.ts";
import type { SystemEventPhase, SystemEventTrigger } from "../../reactor/mod.ts";

/** Events, what their triggers wrote, and what was logged. */
class Rig {
  readonly log: string[] = [];
  readonly logged: LogEvent[] = [];
  readonly events = new SystemEvents((event) => this.logged.push(event));

  /** Adds a trigger that writes a line and then does something. */
  add(
    phase: SystemEventPhase,
    line: string,
    action: () => unknown = () => {},
    type = "shutdown",
  ): SystemEventTrigger {
    return this.events.add(phase, type, () => {
      this.log.push(line);
      return action();
    });
  }

  fire(type = "shutdown"): this {
    this.events.fire(type);
    return this;
  }
}

function raise(): never {
  throw new Error("on purpose");
}

Deno.test("INET-01, INET-24 SystemEvents.add() refuses an unknown phase", () => {
  const { events } = new Rig();
  assertThrows(() => events.add("whenever" as SystemEventPhase, "shutdown", raise), RangeError);
  events.fire("shutdown");
});

function testPhase(name: string, phase: SystemEventPhase): void {
  Deno.test(name, () => {
    const rig = new Rig();
    const trigger = rig.add(phase, "ran");
    assertEquals([trigger.phase, trigger.eventType], [phase, "shutdown"]);
    assertEquals(rig.fire("startup").log, []);
    assertEquals(rig.fire().log, ["ran"]);
  });
}

testPhase("INET-02, INET-21 SystemEvents.add() adds a before trigger of one event", "before");
testPhase("INET-03, INET-22 SystemEvents.add() adds a during trigger of one event", "during");
testPhase("INET-04, INET-23 SystemEvents.add() adds an after trigger of one event", "after");

Deno.test("INET-05, INET-30 SystemEvents.remove() removes a trigger of any phase", () => {
  const rig = new Rig();
  for (const phase of ["before", "during", "after"] as const) {
    const trigger = rig.add(phase, phase);
    rig.add(phase, `${phase} stays`);
    rig.events.remove(trigger);
  }
  assertEquals(rig.fire().log, ["before stays", "during stays", "after stays"]);
});

Deno.test("INET-06, INET-31 SystemEvents.remove() refuses what it did not return", () => {
  const rig = new Rig();
  const foreign = new Rig().add("before", "");
  const nothing = null as unknown as SystemEventTrigger;
  assertThrows(() => rig.events.remove(foreign), RangeError); // No such event.
  rig.add("before", "");
  assertThrows(() => rig.events.remove(foreign), RangeError);
  assertThrows(() => rig.events.remove(nothing), RangeError);
  assertThrows(() => rig.events.remove({ phase: "during", eventType: "shutdown" }), RangeError);
});

Deno.test("INET-07 SystemEvents.remove() refuses a trigger that was removed", () => {
  const rig = new Rig();
  const trigger = rig.add("during", "");
  rig.events.remove(trigger);
  assertThrows(() => rig.events.remove(trigger), RangeError);
});

Deno.test("INET-08 SystemEvents.remove() refuses a trigger with another phase", () => {
  const rig = new Rig();
  const { eventType } = rig.add("during", "");
  const phase = "xxx" as SystemEventPhase;
  assertThrows(() => rig.events.remove({ phase, eventType }), RangeError);
});

Deno.test("INET-09, INET-25, INET-26 SystemEvents.fire() runs the phases in order", () => {
  const rig = new Rig();
  for (const phase of ["after", "during", "before"] as const) rig.add(phase, phase);
  assertEquals(rig.fire().log, ["before", "during", "after"]);
});

Deno.test("INET-10, INET-27, INET-28 SystemEvents.fire() waits for every Deferred", () => {
  const rig = new Rig();
  const first = new Deferred<void>();
  const second = new Deferred<void>();
  rig.add("before", "a", () => first);
  rig.add("before", "b", () => second);
  rig.add("during", "during");
  rig.add("after", "after");
  assertEquals(rig.fire().log, ["a", "b"]);
  first.callback();
  assertEquals(rig.log, ["a", "b"]);
  second.callback();
  assertEquals(rig.log, ["a", "b", "during", "after"]); // Inside the firing of the last.
});

Deno.test("SystemEvents.fire() leaves the results of Deferreds to others", () => {
  const rig = new Rig();
  const good = new Deferred<string>();
  const bad = new Deferred<string>();
  rig.add("before", "a", () => good);
  rig.add("before", "b", () => bad);
  rig.add("during", "during");
  rig.fire();
  good.callback("kept");
  bad.errback(new Error("kept, too")); // A failure counts as fired.
  good.addCallback((value) => void rig.log.push(`${value}`));
  bad.addErrback(({ value }) => void rig.log.push((value as Error).message));
  assertEquals(rig.log, ["a", "b", "during", "kept", "kept, too"]);
  assertEquals(rig.logged, []);
});

Deno.test("SystemEvents.fire() waits for promises and logs what they reject with", async () => {
  const rig = new Rig();
  const done = Promise.withResolvers<void>();
  rig.add("before", "a", () => Promise.reject(new Error("on purpose")));
  rig.add("before", "b", () => Promise.resolve());
  rig.add("after", "after", () => done.resolve());
  assertEquals(rig.fire().log, ["a", "b"]);
  await done.promise;
  assertEquals(rig.log, ["a", "b", "after"]);
  assertEquals(rig.logged.map(({ message }) => message), ["Exception in before shutdown trigger"]);
});

function testThrowing(name: string, phase: SystemEventPhase): void {
  Deno.test(name, () => {
    const rig = new Rig();
    rig.add(phase, "bad", raise);
    rig.add(phase, "good");
    rig.add("after", "after");
    assertEquals(rig.fire().log, ["bad", "good", "after"]);
    assertEquals(rig.logged.map(({ level, message }) => `${level} ${message}`), [
      `error Exception in ${phase} shutdown trigger`,
    ]);
  });
}

testThrowing("INET-11 SystemEvents.fire() logs what a before trigger throws", "before");
testThrowing("INET-12 SystemEvents.fire() logs what a during trigger throws", "during");

Deno.test("INET-13 SystemEvents.remove() only warns about a before trigger that has run", () => {
  const rig = new Rig();
  const first = rig.add("before", "first");
  rig.add("before", "second", () => rig.events.remove(first));
  rig.add("during", "during");
  assertEquals(rig.fire().log, ["first", "second", "during"]);
  assertEquals(rig.logged.map(({ level }) => level), ["warning"]);
});

Deno.test("INET-14 SystemEvents.remove() removes a before trigger from an earlier one", () => {
  const rig = new Rig();
  rig.add("before", "first", () => rig.events.remove(second));
  const second = rig.add("before", "second");
  assertEquals(rig.fire().log, ["first"]);
});

Deno.test("INET-15 SystemEvents.remove() removes a during trigger from a before one", () => {
  const rig = new Rig();
  rig.add("before", "before", () => rig.events.remove(during));
  const during = rig.add("during", "during");
  assertEquals(rig.fire().log, ["before"]);
});

Deno.test("INET-16 SystemEvents.remove() removes a during trigger while a Deferred waits", () => {
  const rig = new Rig();
  const waiting = new Deferred<void>();
  rig.add("before", "before", () => waiting);
  const during = rig.add("during", "during");
  rig.add("after", "after");
  rig.fire().events.remove(during);
  waiting.callback();
  assertEquals(rig.log, ["before", "after"]);
});

Deno.test("INET-17 SystemEvents.remove() tells triggers with one function apart", () => {
  const rig = new Rig();
  const action = () => rig.log.push("ran");
  rig.events.add("before", "shutdown", action);
  rig.events.add("before", "shutdown", () => rig.events.remove(during));
  const during = rig.events.add("during", "shutdown", action);
  assertEquals(rig.fire().log, ["ran"]);
  assertEquals(rig.logged, []);
});

Deno.test("INET-18 SystemEvents.remove() removes a during trigger from an earlier one", () => {
  const rig = new Rig();
  rig.add("during", "first", () => rig.events.remove(second));
  const second = rig.add("during", "second");
  assertEquals(rig.fire().log, ["first"]);
});

Deno.test("INET-19 SystemEvents.fire() uses triggers up", () => {
  const rig = new Rig();
  for (const phase of ["before", "during", "after"] as const) rig.add(phase, phase);
  assertEquals(rig.fire().fire().log, ["before", "during", "after"]);
});

Deno.test("INET-20 SystemEvents.fire() forgets before triggers before the during phase", () => {
  const rig = new Rig();
  const before = rig.add("before", "before");
  rig.add("during", "during", () => {
    assertThrows(() => rig.events.remove(before), RangeError);
  });
  assertEquals(rig.fire().log, ["before", "during"]);
  assertEquals(rig.logged, []);
});

Deno.test("INET-29 SystemEvents.fire() runs all before triggers when one fires another's", () => {
  const rig = new Rig();
  const waiting = new Deferred<void>();
  rig.add("before", "first", () => waiting);
  rig.add("before", "second", () => waiting.callback());
  rig.add("before", "third");
  rig.add("during", "during");
  assertEquals(rig.fire().log, ["first", "second", "third", "during"]);
});

Deno.test("INET-32 SystemEvents.fire() lets an event pass one that waits", () => {
  const rig = new Rig();
  const waiting = new Deferred<void>();
  rig.add("before", "startup", () => waiting, "startup");
  rig.add("during", "started", () => {}, "startup");
  rig.add("before", "shutdown", () => {});
  rig.add("during", "shut down", () => {});
  rig.fire("startup").fire("shutdown");
  assertEquals(rig.log, ["startup", "shutdown", "shut down"]);
  waiting.callback();
  assertEquals(rig.log, ["startup", "shutdown", "shut down", "started"]);
});

Deno.test("SystemEvents.add() during a firing reaches the phases that are not over", () => {
  const rig = new Rig();
  rig.add("before", "a", () => {
    rig.add("before", "b");
    rig.add("during", "c", () => rig.add("during", "d"));
  });
  rig.add("after", "e", () => rig.add("before", "next time"));
  assertEquals(rig.fire().log, ["a", "b", "c", "d", "e"]);
  assertEquals(rig.fire().log.slice(5), ["next time"]);
});

Deno.test("SystemEvents.fire() again while a Deferred waits does not run anything twice", () => {
  const rig = new Rig();
  const waiting = new Deferred<void>();
  rig.add("before", "before", () => waiting);
  rig.add("during", "during");
  rig.fire().fire();
  waiting.callback();
  assertEquals(rig.log, ["before", "during"]);
});

Deno.test("SystemEvents.fire() goes on once, whatever a thenable does", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const rig = new Rig();
  const twice = {
    then(settle: () => void): void {
      settle();
      settle();
    },
  };
  rig.add("before", "twice", () => twice);
  rig.add("before", "broken", () => ({ then: raise }));
  rig.add("before", "slow", () => promise);
  rig.add("during", "during");
  rig.fire();
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  assertEquals(rig.log, ["twice", "broken", "slow"]);
  resolve();
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  assertEquals(rig.log, ["twice", "broken", "slow", "during"]);
  assertEquals(rig.logged.map(({ message }) => message), ["Exception in before shutdown trigger"]);
});
