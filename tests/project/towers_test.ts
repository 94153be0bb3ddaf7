/**
 * What the suites are run over: towers of loops, each made anew for a test.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Factory, Protocol } from "../../reactor/mod.ts";
import { Simulation } from "../../sim/mod.ts";
import { LOOPS } from "../ioloop/loops.ts";
import { REACTORS } from "../reactor/reactors.ts";

/** The suites of Tornado's own tests, on simulated hosts and on the machine. */
const SUITES = [
  "ioloop/io_loop_contract_test.ts",
  "ioloop/io_stream_test.ts",
  "ioloop/net/tcp_server_client_test.ts",
  "ioloop/subprocess_test.ts",
  "native/io_loop_test.ts",
  "native/io_stream_test.ts",
  "native/tcp_server_client_test.ts",
  "native/subprocess_test.ts",
];

/** How many loops stand on each other in a tower of such a name. */
function heightOf(name: string): number {
  return name.split("(").length;
}

Deno.test("TW-17 Each reactor of the suites has a world of its own and leaves nothing in it", async () => {
  for (const { label, make } of REACTORS) {
    const sim = new Simulation({ seed: 1 });
    const [first, second] = ["first", "second"].map((name) => make(sim.host(name), {}));
    assert(first !== undefined && second !== undefined);
    assert(first.reactor !== second.reactor, label);
    const log: string[] = [];
    await sim.run(async () => {
      const port = first.reactor.listenTCP(8000, Factory.forProtocol(Protocol));
      second.reactor.callLater(1, () => log.push("second"));
      first.reactor.callLater(2, () => {
        log.push("first");
        first.reactor.stop();
      });
      assertEquals([second.reactor.getReaders(), port.getHost().port], [[], 8000]);
      await first.reactor.run();
      first.close();
    });
    // The other one was never run: its calls wait.
    assertEquals(log, ["first"], label);
    assertEquals(second.reactor.getDelayedCalls().length, 1, label);
    second.close();
    assertEquals(sim.leaks().map(({ description }) => description), [], label);
  }
});

Deno.test("TW-18 The suites of the IOLoop run over towers of height one to five", async () => {
  const heights = LOOPS.map(({ name }) => heightOf(name));
  assertEquals(heights, [1, 2, 3, 4, 5]);
  for (const { name, makeLoop } of LOOPS) {
    const made = makeLoop(new Simulation({ seed: 1 }).host("host"), { makeCurrent: false });
    assertEquals(made.constructor.name, name.split("(")[0]);
    made.close();
  }
  for (const suite of SUITES) {
    const text = await Deno.readTextFile(new URL(`../${suite}`, import.meta.url));
    assert(/from "[./\w]*loops\.ts"/.test(text), `${suite} does not run over the towers`);
  }
});
