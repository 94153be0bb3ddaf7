/** Has a thread fail where nobody waits for it. */
import { DenoPlatform } from "../../../poller/mod.ts";
import { deferToThread, PollReactor } from "../../../reactor/mod.ts";
import { named } from "../../contract/thread_functions.ts";

const reactor = new PollReactor(new DenoPlatform());
deferToThread(reactor, named.failAside).addErrback(({ value }) => {
  if (!(value instanceof Error)) throw new TypeError("the failure holds no error");
  console.log(value.message);
  console.log(value.cause instanceof Error ? value.cause.message : "no cause");
  reactor.stop();
});
await reactor.run();
