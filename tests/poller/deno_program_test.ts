import { assertEquals } from "@std/assert";
import { flagsBefore } from "../../poller/deno_program.ts";

Deno.test("flagsBefore() takes the script and the arguments off a command line", () => {
  const words = ["run", "-A", "--unstable-net", "server.ts", "--port=1", "x"];
  assertEquals(flagsBefore(words, ["--port=1", "x"]), ["run", "-A", "--unstable-net"]);
  assertEquals(flagsBefore(["server.ts"], []), []);
});

Deno.test("flagsBefore() leaves flags of one process out", () => {
  const words = ["run", "--watch", "--inspect=127.0.0.1:1", "--watch-hmr=a.ts", "-A", "server.ts"];
  assertEquals(flagsBefore(words, []), ["run", "-A"]);
});

Deno.test("flagsBefore() is null where the line is not flags, script and arguments", () => {
  assertEquals(flagsBefore(["run", "server.ts", "y"], ["x"]), null);
  assertEquals(flagsBefore(["run", "-A"], []), null);
  assertEquals(flagsBefore([], []), null);
  assertEquals(flagsBefore(["x"], ["x"]), null);
});
