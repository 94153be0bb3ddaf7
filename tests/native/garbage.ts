/**
 * Tests that wait for the garbage collector.
 *
 * @module
 */

import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";

/** How often garbage is collected before a test gives up. */
const ROUNDS_MAX = 50;

/** Collects garbage and lets the finalizers run, until something is the case. */
export async function collectGarbageUntil(isDone: () => boolean): Promise<void> {
  setFlagsFromString("--expose_gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    // What a WeakRef has shown is kept until the turn is over, so garbage is collected in another.
    await nextTurn();
    collect();
    await nextTurn();
    if (isDone()) return;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/**
 * Says whether objects become garbage.
 *
 * @param make Makes what is kept, and tells which objects must not be kept by it.
 * @returns What was kept, so that it is kept until here, and how many of the objects are still there.
 */
export async function leftOf<K>(
  make: (drop: <T extends WeakKey>(object: T) => T) => K,
): Promise<{ kept: K; left: number }> {
  const dropped: WeakRef<WeakKey>[] = [];
  const kept = make((object) => {
    dropped.push(new WeakRef(object));
    return object;
  });
  const count = () => dropped.filter((reference) => reference.deref() !== undefined).length;
  await collectGarbageUntil(() => count() === 0);
  return { kept, left: count() };
}
