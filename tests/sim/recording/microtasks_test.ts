import { assertEquals } from "@std/assert";
import type { Platform, Poller, StreamHandle } from "../../../poller/mod.ts";
import { READ, WRITE } from "../../../poller/mod.ts";
import { Recording, RecordingPlatform, replayRecording, Simulation } from "../../../sim/mod.ts";
import { TextSink } from "./recorded.ts";

/** A poller that lets microtasks run between two handlers of a batch, as the contract allows. */
function withMicrotasks(inner: Poller): Poller {
  return {
    get size() {
      return inner.size;
    },
    register: (handle, interest) => inner.register(handle, interest),
    modify: (handle, interest) => inner.modify(handle, interest),
    unregister: (handle) => inner.unregister(handle),
    wake: () => inner.wake(),
    pause: () => inner.pause(),
    close: () => inner.close(),
    poll(timeout, onReady, onDone) {
      let last = Promise.resolve();
      const later = (run: () => void) => last = last.then(() => {}).then(() => {}).then(run);
      inner.poll(
        timeout,
        (handle, events) => void later(() => onReady(handle, events)),
        () => void later(onDone),
      );
    },
  };
}

Deno.test("replayRecording() plays a platform that lets microtasks run between handlers", async () => {
  const program = async (platform: Platform) => {
    const { network, poller } = platform;
    const at = { transport: "tcp", hostname: "127.0.0.1", port: 80 } as const;
    const listener = network.listen(at);
    const streams = [network.connect(at), network.connect(at)];
    const log: string[] = [];
    const pass = () =>
      new Promise<void>((resolve) =>
        poller.poll(0.01, (handle) => {
          log.push(`ready ${handle.id}`);
          if (handle.id === listener.id) return void listener.accept();
          Promise.resolve().then(() => {
            log.push(`microtask ${handle.id} ${(handle as StreamHandle).takeError()}`);
            poller.modify(handle, READ);
          });
        }, resolve)
      );
    poller.register(listener, READ);
    for (const stream of streams) poller.register(stream, WRITE);
    for (let i = 0; i < 4; i++) await pass();
    return log;
  };
  const sim = new Simulation({ seed: 1 });
  const host = sim.host("host");
  const sink = new TextSink();
  const platform = new RecordingPlatform({
    clock: host.clock,
    poller: withMicrotasks(host.poller),
    network: host.network,
    random: host.random,
    signals: host.signals,
    processes: host.processes,
    workers: host.workers,
    report: host.report,
  }, sink);
  const log = await sim.run(() => program(platform));
  platform.end();
  const at = (entry: string) => log.findIndex((each) => each.startsWith(entry));
  assertEquals([at("microtask 4") - at("ready 4"), at("microtask 5") - at("ready 5")], [1, 1]);
  assertEquals((await replayRecording(Recording.parse(sink.text), program)).value, log);
});
