import { assert, assertEquals, assertFalse } from "@std/assert";
import { DeferredFilesystemLock, DenoFileLock } from "../../reactor/mod.ts";

Deno.test("DenoFileLock.lock() returns false while another holds the lock, until unlock()", async () => {
  const path = await Deno.makeTempFile();
  try {
    const first = new DenoFileLock(path);
    const second = new DenoFileLock(path);
    assert(first.lock());
    assertFalse(first.lock());
    assertFalse(second.lock());
    first.unlock();
    assert(second.lock());
    second.unlock();
    second.unlock();
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("DeferredFilesystemLock locks the file whose path it is given", async () => {
  const path = await Deno.makeTempFile();
  try {
    const timers = { callLater: () => ({ active: () => true, cancel: () => {} }) };
    const lock = new DeferredFilesystemLock(path, timers);
    await lock.deferUntilLocked();
    const other = new DenoFileLock(path);
    assertEquals([lock.locked, other.lock()], [true, false]);
    lock.unlock();
    assert(other.lock());
    other.unlock();
  } finally {
    await Deno.remove(path);
  }
});
