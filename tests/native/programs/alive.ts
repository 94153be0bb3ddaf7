/** A poll that waits keeps the process alive; a pause lets it end. Nothing else here would. */
import { DenoPlatform } from "../../../poller/mod.ts";

const { poller } = new DenoPlatform();
Deno.unrefTimer(setTimeout(() => {
  console.log("woken");
  poller.wake();
}, 30) as unknown as number);
poller.poll(Deno.args[0] === "Infinity" ? Infinity : 3_000_000, () => {}, () => {
  console.log("done");
  poller.pause();
});
