import { assertEquals, assertStrictEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Failure } from "../../../reactor/deferred/mod.ts";

Deno.test("Failure.check() returns the first class that matches, or null", () => {
  const failure = new Failure(new RangeError("x"));
  assertStrictEquals(failure.check(TypeError, Error, RangeError), Error);
  assertStrictEquals(failure.check(TypeError), null);
  assertStrictEquals(failure.check(), null);
});

Deno.test("Failure.trap() throws the very value when no class matches", () => {
  const error = new RangeError("x");
  const failure = new Failure(error);
  assertStrictEquals(failure.trap(RangeError), RangeError);
  assertStrictEquals(assertThrows(() => failure.trap(TypeError)), error);
});

Deno.test("Failure.from() does not wrap twice", () => {
  const failure = new Failure(1);
  assertStrictEquals(Failure.from(failure), failure);
  assertStrictEquals(Failure.from(2).value, 2);
});

Deno.test("Failure takes any thrown value and names its class", () => {
  assertStrictEquals(new Failure(new URIError()).type, URIError);
  assertStrictEquals(new Failure("text").type, String);
  assertStrictEquals(new Failure(null).type, null);
  assertStrictEquals(new Failure(undefined).type, null);
  assertStrictEquals(new Failure(Object.create(null)).type, null);
});

Deno.test("Failure.stack leads to the throw, or to the wrapping where the value has none", () => {
  function boom(): Error {
    return new Error("boom");
  }
  function wrapText(): Failure {
    return new Failure("text");
  }
  assertStringIncludes(new Failure(boom()).stack, "boom");
  assertStringIncludes(new Failure(boom()).getTraceback(), "at boom");
  assertStringIncludes(wrapText().stack, "at wrapText");
});

Deno.test("Failure.getErrorMessage() has a text for every value", () => {
  assertEquals(new Failure(new Error("m")).getErrorMessage(), "m");
  assertEquals(new Failure(7).getErrorMessage(), "7");
  assertEquals(new Failure(Symbol("s")).getErrorMessage(), "Symbol(s)");
  assertEquals(new Failure(Object.create(null)).getErrorMessage(), "a value that has no text");
});

Deno.test("Failure.toString() is one line with class and message", () => {
  assertEquals(String(new Failure(new TypeError("m"))), "[Failure: TypeError: m]");
  assertEquals(String(new Failure("m")), "[Failure: String: m]");
  assertEquals(String(new Failure(null)), "[Failure: null: null]");
});

Deno.test("Failure.throwExceptionIntoGenerator() throws at the yield", () => {
  const generator = (function* (): Generator<number, string, never> {
    try {
      yield 1;
      return "not reached";
    } catch (error) {
      return `caught ${error}`;
    }
  })();
  generator.next();
  assertEquals(new Failure("x").throwExceptionIntoGenerator(generator), {
    done: true,
    value: "caught x",
  });
});

Deno.test("Failure.raiseException() throws the very value", () => {
  assertStrictEquals(assertThrows(() => new Failure(7).raiseException()), 7);
});
