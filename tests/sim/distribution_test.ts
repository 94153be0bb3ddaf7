import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  bimodal,
  type Distribution,
  exponential,
  fixed,
  fromTrace,
  logNormal,
  SeededRandom,
  uniform,
} from "../../sim/mod.ts";

const COUNT = 20_000;

/** Draws many values, sorted. */
function draw(distribution: Distribution): number[] {
  const random = new SeededRandom(7);
  return Array.from({ length: COUNT }, () => distribution.sample(random)).sort((a, b) => a - b);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

Deno.test("fixed() draws nothing", () => {
  const random = new SeededRandom(7);
  assertEquals([fixed(2).sample(random), fixed(0).sample(random)], [2, 0]);
  assertEquals(random.next(), new SeededRandom(7).next());
  assertEquals(fixed(2).name, "fixed(2)");
});

Deno.test("uniform() spreads evenly from the least to the most", () => {
  const values = draw(uniform(1, 3));
  assertAlmostEquals(mean(values), 2, 0.02);
  assertAlmostEquals(values[0] as number, 1, 0.01);
  assertAlmostEquals(values[COUNT - 1] as number, 3, 0.01);
  assertAlmostEquals(values[COUNT / 4] as number, 1.5, 0.03);
});

Deno.test("exponential() has its mean above its least value", () => {
  const values = draw(exponential(2, 10));
  assertAlmostEquals(mean(values), 12, 0.06);
  assertAlmostEquals(values[COUNT / 2] as number, 10 + 2 * Math.LN2, 0.06);
  assertEquals((values[0] as number) >= 10, true);
});

Deno.test("logNormal() has its median and its deviation", () => {
  const values = draw(logNormal(0.05, 0.5));
  assertAlmostEquals(values[COUNT / 2] as number, 0.05, 0.001);
  const logarithms = values.map((value) => Math.log(value / 0.05));
  assertAlmostEquals(mean(logarithms.map((value) => value * value)), 0.25, 0.01);
});

Deno.test("bimodal() takes its share from the rare one", () => {
  const values = draw(bimodal(1, uniform(10, 20), 0.25));
  assertAlmostEquals(values.filter((value) => value === 1).length / COUNT, 0.75, 0.02);
  assertEquals(values.some((value) => value > 1 && value < 10), false);
});

Deno.test("fromTrace() draws each value as often, from a copy", () => {
  const measured = [1, 2, 3, 4];
  const distribution = fromTrace(measured);
  measured.length = 0;
  assertAlmostEquals(mean(draw(distribution)), 2.5, 0.03);
});

Deno.test("distributions refuse what is no time", () => {
  for (
    const make of [
      () => fixed(-1),
      () => fixed(Infinity),
      () => uniform(2, 1),
      () => uniform(NaN, 1),
      () => exponential(-1),
      () => logNormal(1, -1),
      () => bimodal(1, 2, 1.1),
      () => bimodal(1, -2, 0.5),
      () => fromTrace([]),
      () => fromTrace([1, -1]),
    ]
  ) assertThrows(make, RangeError);
});
