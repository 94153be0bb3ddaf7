import { assertEquals } from "@std/assert";
import { takeInherited } from "../../poller/deno_inherited.ts";

/** Reads variables as process 7; returns what was found, and what variables are left. */
function take(variables: Record<string, string>): [found: unknown, left: string[]] {
  const environment = new Map(Object.entries(variables));
  return [takeInherited(environment, 7), [...environment.keys()]];
}

Deno.test("takeInherited() numbers descriptors from 3 on, and removes the variables once read", () => {
  assertEquals(take({ LISTEN_PID: "7", LISTEN_FDS: "2", LISTEN_FDNAMES: "http:admin" }), [
    [{ descriptor: 3, name: "http" }, { descriptor: 4, name: "admin" }],
    ["LISTEN_FDNAMES"],
  ]);
});

Deno.test("takeInherited() leaves what is for another process", () => {
  const variables = { LISTEN_FDS: "1", LISTEN_FDNAMES: "http" };
  assertEquals(take(variables), [[], ["LISTEN_FDS", "LISTEN_FDNAMES"]]);
  assertEquals(take({ ...variables, LISTEN_PID: "8" }), [[], [
    "LISTEN_FDS",
    "LISTEN_FDNAMES",
    "LISTEN_PID",
  ]]);
});

Deno.test("takeInherited() finds nothing in variables that are wrong or do not agree", () => {
  const rest = { LISTEN_PID: "7", LISTEN_FDNAMES: "http" };
  for (const count of ["", "x", "-1", "1.5"]) {
    assertEquals(take({ ...rest, LISTEN_FDS: count })[0], []);
  }
  for (const [count, names] of [["0", "http"], ["2", "http"], ["1", ""], ["1", "a:b"]] as const) {
    const found = take({ LISTEN_PID: "7", LISTEN_FDS: count, LISTEN_FDNAMES: names });
    assertEquals(found, [[], ["LISTEN_FDNAMES"]]);
  }
  assertEquals(take({ LISTEN_PID: "7" }), [[], ["LISTEN_PID"]]);
});
