/** When turns of the native loop take a pipe. */

import { assertEquals } from "@std/assert";
import { NativeTurn } from "../../poller/deno_turn.ts";

Deno.test("NativeTurn tries to open a pipe at the 17th forced look of a burst, once", async () => {
  let now = 1;
  let attempts = 0;
  performance.now = () => now;
  // Who opens a pipe asks first whether it may: it may not.
  Deno.permissions.querySync = () => {
    attempts++;
    return { state: "denied" } as Deno.PermissionStatus;
  };
  try {
    const ends: (() => void)[] = [];
    const turn = new NativeTurn(() => ends.shift()?.());
    const look = async (count: number) => {
      for (let i = 0; i < count; i++) {
        now += 1;
        await new Promise<void>((resolve) => {
          ends.push(resolve);
          turn.begin(false);
        });
      }
      return attempts > 0;
    };
    assertEquals([await look(16), await look(1)], [false, true]);
    const first = attempts;
    await look(20);
    assertEquals(attempts, first);
    // The next burst counts anew.
    turn.rest();
    await look(16);
    assertEquals(attempts, first);
    await look(1);
    assertEquals(attempts, 2 * first);
  } finally {
    Reflect.deleteProperty(performance, "now");
    Reflect.deleteProperty(Deno.permissions, "querySync");
  }
});
