import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { detachError } from "../../poller/mod.ts";

class CodeError extends Error {
  override readonly name = "CodeError";
  readonly code = "CODE";
}

/** A copy, which is an error. */
function copyOf(error: Error): Error {
  const copy = detachError(error);
  assertInstanceOf(copy, Error);
  assert(copy !== error, "It is the error itself");
  return copy;
}

Deno.test("detachError() copies class, message, stack and properties", () => {
  const error = new CodeError("of one's own");
  const copy = copyOf(error);
  assertInstanceOf(copy, CodeError);
  assertEquals([copy.name, copy.message, copy.code, copy.stack], [
    "CodeError",
    "of one's own",
    "CODE",
    error.stack,
  ]);
});

Deno.test("detachError() copies causes and lists of errors, and lets values be", () => {
  const data = { some: "data" };
  const cause = new CodeError("cause");
  const error = Object.assign(new AggregateError([new CodeError("one"), 2], "all", { cause }), {
    data,
  });
  const copy = copyOf(error) as typeof error;
  assertInstanceOf(copy.cause, CodeError);
  assert(copy.cause !== cause);
  assertEquals([String(copy.errors[0]), copy.errors[1]], ["CodeError: one", 2]);
  assert(copy.errors[0] !== error.errors[0]);
  assertStrictEquals(copy.data, data);
});

Deno.test("detachError() ends where causes go round", () => {
  const error = new Error("round");
  error.cause = error;
  let depth = 0;
  for (let at: unknown = copyOf(error); at instanceof Error; at = at.cause) depth++;
  assertEquals(depth, 8);
});

Deno.test("detachError() copies an error that tells its message to nobody else", () => {
  const copy = copyOf(new DOMException("too slow", "TimeoutError"));
  assertEquals(String(copy), "TimeoutError: too slow");
});

Deno.test("detachError() returns what is not an error as it is", () => {
  const thrown = { message: "no error" };
  assertStrictEquals(detachError(thrown), thrown);
  assertEquals(detachError(undefined), undefined);
  const closed = Object.defineProperty(new Error("closed"), "stack", {
    get() {
      throw new Error("Cannot read the stack: it is closed");
    },
  });
  assertStrictEquals(detachError(closed), closed);
});
