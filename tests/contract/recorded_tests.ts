/**
 * Which tests of the suites run on recorded platforms.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { TestFunction } from "./world.ts";

/** What is left out, by a part of the name, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "lets a function call back into the loop": "what threads call in the loop is not recorded",
};

/**
 * Makes what registers a suite's tests, but for those that cannot be replayed, and a test that sees
 * that each reason to leave one out is used.
 *
 * @param test Registers a test.
 * @returns What to give to the suites, and what to call after them.
 */
export function recordedTests(test: TestFunction): { test: TestFunction; end(): void } {
  const used = new Set<string>();
  return {
    test(name, fn) {
      const part = Object.keys(LEFT_OUT).find((part) => name.includes(part));
      if (part === undefined) test(name, fn);
      else used.add(part);
    },
    end() {
      test("recorded suites: every reason to leave a test out is used", () => {
        for (const part of Object.keys(LEFT_OUT)) assert(used.has(part), part);
      });
    },
  };
}
