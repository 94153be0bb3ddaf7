/**
 * The contract of loops on real sockets.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { PollIOLoop, ThreadPoolExecutor } from "../../ioloop/mod.ts";
import { ioLoopContract } from "../contract/io_loop_contract.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { named, whenStaying } from "../contract/thread_functions.ts";
import { twistedIOLoopContract } from "../contract/twisted_io_loop_contract.ts";
import { LOOPS, REACTORS } from "../ioloop/loops.ts";

for (const { name, makeLoop } of LOOPS) {
  ioLoopContract({ test: Deno.test, world: new DenoWorld(), name, makeLoop });
}

for (const { name, makeReactor } of REACTORS) {
  twistedIOLoopContract({ test: Deno.test, world: new DenoWorld(), name, makeReactor });
}

for (const { name, makeLoop } of LOOPS) {
  Deno.test(`IO-02 IOLoop.addCallback() wakes the loop for a worker's message [${name}]`, () =>
    new DenoWorld().run(async ({ platform }) => {
      using ioLoop = makeLoop(platform);
      const source = "postMessage('hello'); close();";
      const worker = new Worker(`data:text/javascript,${encodeURIComponent(source)}`, {
        type: "module",
      });
      const log: string[] = [];
      worker.onmessage = ({ data }) => {
        log.push("message");
        ioLoop.addCallback((text: string) => {
          log.push(text);
          ioLoop.stop();
        }, data);
        log.push("added");
      };
      await ioLoop.start();
      worker.terminate();
      assertEquals(log, ["message", "added", "hello"]);
    }));
}

for (const { name, makeLoop } of LOOPS) {
  Deno.test(`blockingCallFromThread() fails in a thread that waits when the loop is closed [${name}]`, () =>
    new DenoWorld().run(async ({ platform }) => {
      const ioLoop = makeLoop(platform);
      const executor = new ThreadPoolExecutor(ioLoop);
      const { promise: bothStay, resolve } = Promise.withResolvers<void>();
      let staying = 0;
      whenStaying.tell = () => ++staying === 2 && resolve();
      const answers: Promise<string>[] = [];
      await ioLoop.runSync(async () => {
        answers.push(executor.submit(named.askLoopToStay));
        ioLoop.runInExecutor(null, named.askLoopToStay);
        await bothStay;
      });
      ioLoop.close();
      answers.push(executor.submit(named.askLoopForCode, 1, 2));
      await executor.shutdown();
      const because = "from a thread: the loop of its pool has ended";
      assertEquals(await Promise.all(answers), [
        `POOL_STOPPED: Cannot call stay ${because}`,
        `POOL_STOPPED: Cannot call add ${because}`,
      ]);
    }));
}

Deno.test("IOLoop.setBlockingLogThreshold() reports a callback that keeps the processor busy", () =>
  new DenoWorld().run(async ({ platform, takeReports }) => {
    using ioLoop = new PollIOLoop(platform);
    ioLoop.setBlockingLogThreshold(0.002);
    ioLoop.addCallback(function compute() {
      const end = platform.clock.now() + 0.004;
      while (platform.clock.now() < end);
      ioLoop.stop();
    });
    await ioLoop.start();
    assertEquals(takeReports().map(({ message }) => message), ["Blocked in callback compute"]);
  }));
