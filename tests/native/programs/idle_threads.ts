/** Leaves a pool and an executor as they are after their work. */
import { PollIOLoop, ThreadPoolExecutor } from "../../../ioloop/mod.ts";
import { DenoPlatform } from "../../../poller/mod.ts";
import { deferToThreadPool, PollReactor, ThreadPool } from "../../../reactor/mod.ts";
import { named } from "../../contract/thread_functions.ts";

const reactor = new PollReactor(new DenoPlatform());
const pool = new ThreadPool(reactor, { maxThreads: 1 });
pool.start();
deferToThreadPool(reactor, pool, named.add, 1, 2).addCallback((sum) => {
  console.log(sum);
  reactor.stop();
});
await reactor.run();
const ioLoop = new PollIOLoop(new DenoPlatform());
const executor = new ThreadPoolExecutor(ioLoop);
console.log(await ioLoop.runSync(() => ioLoop.runInExecutor(executor, named.add, 3, 4)));
console.log("end of the program");
