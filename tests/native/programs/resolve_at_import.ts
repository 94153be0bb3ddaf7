/** Looks a name up while it is imported, on a loop that runs and ends meanwhile. */
import { PollIOLoop } from "../../../ioloop/mod.ts";
import { DenoPlatform } from "../../../poller/mod.ts";
import { SystemResolver } from "../../../resolver/mod.ts";

const ioLoop = new PollIOLoop(new DenoPlatform());
using resolver = new SystemResolver();

const found = await ioLoop.runSync(() => resolver.resolve("localhost", 80), 15);
ioLoop.close();

/** The hosts that were found. */
export const hosts: readonly string[] = found?.map(([, [host]]) => host) ?? [];
