import { assertEquals, assertThrows } from "@std/assert";
import { type TimeDelta, totalSeconds } from "../../ioloop/time_delta.ts";

Deno.test("totalSeconds() adds the fields up", () => {
  assertEquals(totalSeconds({ seconds: 1.5 }), 1.5);
  assertEquals(totalSeconds({ weeks: 1, days: 1, hours: 1, minutes: 1, seconds: 1 }), 694_861);
  assertEquals(totalSeconds({ milliseconds: 3 }), 0.003);
  assertEquals(totalSeconds({ microseconds: 7 }), 0.000007);
  assertEquals(totalSeconds({ hours: 1, minutes: -90 }), -1800);
});

Deno.test("totalSeconds() takes what looks like a Temporal.Duration", () => {
  const duration = { years: 0, months: 0, weeks: 0, days: 0, hours: 0, minutes: 2, seconds: 3 };
  assertEquals(totalSeconds(duration), 123);
  assertThrows(() => totalSeconds({ ...duration, months: 1 } as TimeDelta), TypeError, "months");
});

Deno.test("totalSeconds() refuses what is no span", () => {
  assertThrows(() => totalSeconds({}), TypeError);
  assertThrows(() => totalSeconds({ second: 1 } as TimeDelta), TypeError);
  assertThrows(() => totalSeconds({ seconds: "1" } as unknown as TimeDelta), TypeError, "string");
  assertThrows(() => totalSeconds({ hours: NaN }), RangeError, "hours is NaN");
});
