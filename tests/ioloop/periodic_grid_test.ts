import { assertEquals } from "@std/assert";
import { jittered, nextTick } from "../../ioloop/periodic_grid.ts";
import fc from "fast-check";

/** The deadlines of a series whose calls take the given times; a negative one sets the clock back. */
function series(period: number, durations: readonly number[]): number[] {
  let now = 1000;
  let previous = 1000;
  return durations.map((duration) => {
    previous = nextTick({ previous, now, period });
    now = previous + duration;
    return previous;
  });
}

Deno.test("IO-52 nextTick() stays on the grid", () => {
  assertEquals(series(10, [0, 0, 0, 0, 0]), [1010, 1020, 1030, 1040, 1050]);
});

Deno.test("IO-53 nextTick() leaves out what was missed, also what is due at this moment", () => {
  assertEquals(
    series(10, [9, 9, 10, 11, 20, 20, 35, 35, 0, 0, 0]),
    [1010, 1020, 1030, 1050, 1070, 1100, 1130, 1170, 1210, 1220, 1230],
  );
});

Deno.test("IO-54 nextTick() goes one period on when the clock went back", () => {
  assertEquals(series(10, [-2, -1, -3, -2, 0]), [1010, 1020, 1030, 1040, 1050]);
  assertEquals(series(10, [-100, -100, 0]), [1010, 1020, 1030]);
});

Deno.test("IO-55 jittered() varies each period around its middle", () => {
  let now = 1000;
  const ticks = [0.5, 1, 0, 0.75].map((random) => {
    now = nextTick({ previous: now, now, period: jittered(10, 0.5, random) });
    return now;
  });
  assertEquals(ticks, [1010, 1022.5, 1030, 1041.25]);
});

Deno.test("nextTick() returns the first point of the grid after now", () => {
  // Whole numbers, so that the arithmetic is exact.
  const whole = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(fc.property(whole, whole, fc.integer({ min: 1, max: 1000 }), (start, late, period) => {
    const now = start + late;
    const next = nextTick({ previous: start, now, period });
    return next > now && next <= now + period && (next - start) % period === 0;
  }));
});
