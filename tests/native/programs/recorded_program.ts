/**
 * A program that is recorded to a file, and ends in the way that it is told to: `close`, `exit`,
 * `throw`, `reject`, or not at all.
 *
 * @module
 */

import { PollIOLoop } from "../../../ioloop/mod.ts";
import { DenoPlatform, type Platform } from "../../../poller/mod.ts";
import { recordToFile } from "../../../sim/mod.ts";

/** Draws five numbers, one a pass, and says when it has drawn the third. */
export async function draw(platform: Platform, onThird: () => void): Promise<number> {
  const loop = new PollIOLoop(platform, { makeCurrent: false });
  let count = 0;
  const next = () => {
    platform.random.next();
    if (++count === 3) onThird();
    if (count < 5) loop.callLater(0.001, next);
    else loop.stop();
  };
  next();
  await loop.start();
  return count;
}

if (import.meta.main) {
  const [path = "", how = ""] = Deno.args;
  const file = recordToFile(path, new DenoPlatform(), { about: { program: "draw" } });
  await draw(file.platform, () => {
    if (how === "exit") Deno.exit(0);
    if (how === "throw") reportError(new Error("thrown"));
    if (how === "reject") Promise.reject(new Error("rejected"));
    if (how === "kill") Deno.kill(Deno.pid, "SIGKILL");
  });
  file.close();
}
