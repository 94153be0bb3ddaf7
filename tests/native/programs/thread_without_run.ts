/** Calls in a thread and never runs the reactor. */
import { DenoPlatform } from "../../../poller/mod.ts";
import { PollReactor } from "../../../reactor/mod.ts";
import { named } from "../../contract/thread_functions.ts";

const reactor = new PollReactor(new DenoPlatform());
reactor.callInThread(named.fail, "it was called");
console.log("end of the program");
