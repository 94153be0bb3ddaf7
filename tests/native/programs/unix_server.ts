/** Listens on a path, with a lock, until it is killed. */
import { DenoPlatform } from "../../../poller/mod.ts";
import { PollReactor, ServerFactory } from "../../../reactor/mod.ts";

const reactor = new PollReactor(new DenoPlatform());
reactor.listenUNIX(Deno.args[0] ?? "", new ServerFactory(), { wantPID: true });
reactor.callWhenRunning(() => console.log("listening"));
await reactor.run();
