import { assertEquals, assertFalse, assertStrictEquals, assertThrows } from "@std/assert";
import {
  AlreadyTryingToLockError,
  CancelledError,
  type Deferred,
  DeferredFilesystemLock,
  type FilesystemLock,
  installReactor,
  type IReactor,
  NotAcquiredError,
  TimeoutError,
  uninstallReactor,
} from "../../../reactor/mod.ts";
import { SimClock } from "../../../sim/mod.ts";
import { StepClock } from "../step_clock.ts";

/** A lock in memory; another process may hold it. */
class FakeLock implements FilesystemLock {
  isHeld = false;
  tries = 0;

  lock(): boolean {
    this.tries++;
    if (this.isHeld) return false;
    return this.isHeld = true;
  }

  unlock(): void {
    this.isHeld = false;
  }
}

function setUp() {
  const clock = new StepClock();
  const fake = new FakeLock();
  return { clock, fake, lock: new DeferredFilesystemLock(fake, clock) };
}

function watch(deferred: Deferred<unknown>): unknown[] {
  const log: unknown[] = [];
  deferred.addCallbacks(() => void log.push("locked"), ({ type }) => void log.push(type));
  return log;
}

Deno.test("DEFER-135 DeferredFilesystemLock takes a free lock at once", () => {
  const { clock, lock } = setUp();
  assertEquals(watch(lock.deferUntilLocked(5)), ["locked"]);
  assertEquals([lock.locked, clock.getDelayedCalls()], [true, []]);
});

Deno.test("DEFER-136 DeferredFilesystemLock fails with TimeoutError when time is over", () => {
  const { clock, fake, lock } = setUp();
  fake.isHeld = true;
  const log = watch(lock.deferUntilLocked(5.5));
  clock.pump([1, 1, 1, 1, 1]);
  assertEquals([log, fake.tries], [[], 6]);
  clock.advance(0.5);
  assertEquals([log, lock.locked, clock.getDelayedCalls()], [[TimeoutError], false, []]);
});

Deno.test("DEFER-137 DeferredFilesystemLock takes a lock that becomes free in time", () => {
  const { clock, fake, lock } = setUp();
  fake.isHeld = true;
  const log = watch(lock.deferUntilLocked(10));
  clock.callLater(3.5, () => fake.unlock());
  clock.pump([1, 1, 1]);
  assertEquals(log, []);
  clock.pump([1, 1]);
  assertEquals([log, fake.tries, clock.getDelayedCalls()], [["locked"], 5, []]);
});

Deno.test("DEFER-138 DeferredFilesystemLock.scheduler is the default reactor unless given", () => {
  const reactor = new StepClock() as unknown as IReactor;
  installReactor(reactor);
  try {
    assertStrictEquals<unknown>(new DeferredFilesystemLock(new FakeLock()).scheduler, reactor);
  } finally {
    uninstallReactor();
  }
});

Deno.test("DEFER-139 DeferredFilesystemLock fails a call while another tries", () => {
  const { fake, lock } = setUp();
  fake.isHeld = true;
  const first = lock.deferUntilLocked();
  assertEquals(watch(lock.deferUntilLocked()), [AlreadyTryingToLockError]);
  assertFalse(first.called);
});

Deno.test("DEFER-140 DeferredFilesystemLock can be used again after a time-out", () => {
  const { clock, fake, lock } = setUp();
  fake.isHeld = true;
  const first = watch(lock.deferUntilLocked(1.5));
  clock.advance(2);
  fake.unlock();
  const second = watch(lock.deferUntilLocked(1.5));
  assertEquals([first, second], [[TimeoutError], ["locked"]]);
  lock.unlock();
  assertEquals([lock.locked, fake.isHeld], [false, false]);
  assertThrows(() => lock.unlock(), NotAcquiredError);
});

Deno.test("DEFER-141 DeferredFilesystemLock stops to try when cancelled", () => {
  const { clock, fake, lock } = setUp();
  fake.isHeld = true;
  const deferred = lock.deferUntilLocked();
  const log = watch(deferred);
  deferred.cancel();
  assertEquals([log, clock.getDelayedCalls()], [[CancelledError], []]);
  fake.unlock();
  assertEquals(watch(lock.deferUntilLocked()), ["locked"]);
});

Deno.test("DEFER-142 DeferredFilesystemLock takes the time-out back when cancelled", () => {
  const { clock, fake, lock } = setUp();
  fake.isHeld = true;
  const deferred = lock.deferUntilLocked(5);
  const log = watch(deferred);
  assertEquals(clock.getDelayedCalls().length, 2);
  deferred.cancel();
  assertEquals([log, clock.getDelayedCalls()], [[CancelledError], []]);
});

Deno.test("DeferredFilesystemLock fails with what the lock throws", () => {
  const clock = new StepClock();
  const lock = new DeferredFilesystemLock({
    lock: () => {
      throw new RangeError();
    },
    unlock: () => {},
  }, clock);
  assertEquals(watch(lock.deferUntilLocked(5)), [RangeError]);
  assertEquals(clock.getDelayedCalls(), []);
});

Deno.test("DeferredFilesystemLock waits for a lock that it holds itself, which stays held", () => {
  const { clock, lock } = setUp();
  lock.deferUntilLocked();
  const log = watch(lock.deferUntilLocked());
  assertEquals([lock.locked, log], [true, []]);
  clock.advance(1);
  lock.unlock();
  assertFalse(lock.locked);
  clock.advance(1);
  assertEquals([lock.locked, log], [true, ["locked"]]);
});

Deno.test("DeferredFilesystemLock.deferUntilLocked() that throws leaves nothing behind", () => {
  const clock = new SimClock();
  const fake = new FakeLock();
  const lock = new DeferredFilesystemLock(fake, clock);
  fake.isHeld = true;
  assertThrows(() => lock.deferUntilLocked(-1), RangeError);
  assertEquals([fake.tries, clock.getDelayedCalls()], [0, []]);
  fake.isHeld = false;
  assertEquals(watch(lock.deferUntilLocked()), ["locked"]);
});
