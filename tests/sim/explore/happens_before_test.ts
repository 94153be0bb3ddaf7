import { assertEquals } from "@std/assert";
import { HappensBefore } from "../../../sim/explore/happens_before.ts";
import type { Turn } from "../../../sim/turn_log.ts";

/** A turn of an owner that changes what the letters stand for; `by` is the turn that made it possible. */
function turn(owner: string, writes: string, by = -1, instant = 0): Turn {
  const footprint = { all: false, writes: [...writes].map((it) => it.charCodeAt(0)), reads: [] };
  return { owner, name: 0, at: instant, instant, decision: 0, enabler: by, footprint };
}

function racesOf(...turns: Turn[]): [number, number, string][] {
  const order = new HappensBefore(turns);
  return turns.flatMap((_, second) => [...order.racesOf(second)]).map((
    { first, second, initials },
  ) => [first, second, initials.join()]);
}

Deno.test("HappensBefore.racesOf() names who could have gone instead of the first", () => {
  assertEquals(racesOf(turn("a", "x"), turn("b", "x")), [[0, 1, "b"]]);
  // Who goes between and has nothing to do with either could go at once, too.
  assertEquals(racesOf(turn("a", "x"), turn("c", "z"), turn("b", "x")), [[0, 2, "c,b"]]);
  // Who comes before the second for a reason has to go first.
  assertEquals(racesOf(turn("a", "x"), turn("c", "y"), turn("b", "xy")), [
    [1, 2, "b"],
    [0, 2, "c"],
  ]);
});

Deno.test("HappensBefore.racesOf() leaves out turns that cannot come the other way round", () => {
  // Of one owner, one that makes the other possible, and of different instants.
  assertEquals(racesOf(turn("a", "x"), turn("a", "x")), []);
  assertEquals(racesOf(turn("a", "x"), turn("b", "x", 0)), []);
  assertEquals(racesOf(turn("a", "x"), turn("b", "x", -1, 1)), []);
  // With another between that comes after the one and before the other.
  assertEquals(racesOf(turn("a", "x"), turn("b", "xy"), turn("c", "xy")), [
    [0, 1, "b"],
    [1, 2, "c"],
  ]);
});

Deno.test("HappensBefore.isBefore() knows the order of many turns", () => {
  // Two chains by turns, long enough for several words of bits.
  const turns = Array.from({ length: 130 }, (_, i) => turn(i % 2 === 0 ? "a" : "b", ""));
  const order = new HappensBefore([
    turn("z", "x", -1, 0),
    ...turns.map((of) => ({ ...of, instant: 1 })),
  ]);
  for (let second = 1; second <= 130; second++) {
    for (let first = 1; first < second; first++) {
      assertEquals(order.isBefore(first, second), (second - first) % 2 === 0, `${first} ${second}`);
    }
  }
});
