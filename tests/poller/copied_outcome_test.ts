/** Errors that cross from one thread to another. */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { copyOutcome, readOutcome, WorkerError } from "../../poller/mod.ts";

/** What arrives of an error: what is sent is cloned on its way. */
function cross(error: unknown): unknown {
  const copy = structuredClone(copyOutcome("fn", { ok: false, error }));
  const outcome = readOutcome(copy);
  assert(!outcome.ok);
  return outcome.error;
}

Deno.test("copyOutcome() keeps what an AggregateError gathers", () => {
  const first = Object.assign(new RangeError("one", { cause: new TypeError("inner") }), { at: 1 });
  const error = cross(new AggregateError([first, "two"], "all failed", { cause: "why" }));
  assertInstanceOf(error, AggregateError);
  assertEquals([error.name, error.message, error.cause], ["AggregateError", "all failed", "why"]);
  assertEquals(Object.keys(error), []);
  const [one, two] = error.errors;
  assertInstanceOf(one, RangeError);
  assertInstanceOf(one.cause, TypeError);
  assertEquals([(one as unknown as { at: number }).at, two], [1, "two"]);
});

Deno.test("copyOutcome() keeps the class of a cause that was assigned", () => {
  const cause = Object.assign(new RangeError("inner"), { at: 2 });
  const error = cross(Object.assign(new Error("outer"), { cause })) as Error;
  assertInstanceOf(error.cause, RangeError);
  assertEquals(error.cause.message, "inner");
  assertEquals((error.cause as unknown as { at: number }).at, 2);
});

Deno.test("copyOutcome() keeps a field `errors` of any other error", () => {
  const error = cross(Object.assign(new TypeError("bad form"), { errors: ["name is empty"] }));
  assertInstanceOf(error, TypeError);
  assertEquals(error.constructor, TypeError);
  assertEquals((error as unknown as { errors: unknown }).errors, ["name is empty"]);
});

Deno.test("copyOutcome() bounds causes that lead in a circle", () => {
  const error = new Error("snake");
  error.cause = error;
  let depth = 0;
  for (let each = cross(error); each !== undefined; each = (each as Error).cause) depth++;
  assertEquals(depth, 9);
  const gathered = new AggregateError([], "all");
  gathered.errors.push(gathered, gathered);
  assertInstanceOf(cross(gathered), AggregateError);
});

Deno.test("copyOutcome() says of a result that cannot be copied whose it is", () => {
  const outcome = readOutcome(
    structuredClone(copyOutcome("makeTea", { ok: true, value: () => 1 })),
  );
  assert(!outcome.ok);
  assertInstanceOf(outcome.error, WorkerError);
  assertEquals(outcome.error.code, "NOT_CLONEABLE");
  assert(outcome.error.message.startsWith("Cannot return from makeTea: "));
});
