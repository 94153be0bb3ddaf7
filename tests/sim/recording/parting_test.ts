/**
 * Programs that do something else than was recorded.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers";
import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { PollIOLoop } from "../../../ioloop/mod.ts";
import { type Platform, READ, WRITE } from "../../../poller/mod.ts";
import {
  Recording,
  RecordingEndedError,
  RecordingMismatchError,
  RecordingPlatform,
  replayRecording,
  Simulation,
} from "../../../sim/mod.ts";
import { type Program, recordInSimulation, TextSink } from "./recorded.ts";

/** A connection to itself over which some texts go, and then the program waits. */
interface Plan {
  readonly texts: readonly string[];
  readonly seconds: number;
  readonly isReversed?: boolean;
  readonly report?: string;
  readonly hangs?: boolean;
}

function program(plan: Plan): Program<string> {
  return async (platform) => {
    const { network } = platform;
    const loop = new PollIOLoop(platform, { makeCurrent: false });
    const at = { transport: "tcp", hostname: "127.0.0.1", port: 80 } as const;
    const listener = network.listen(at);
    const stream = network.connect(at);
    let heard = "";
    loop.addHandler(listener, () => {
      const peer = listener.accept();
      if (peer === undefined) return;
      loop.addHandler(peer, () => {
        const bytes = peer.receive();
        if (bytes) heard += new TextDecoder().decode(bytes);
      }, READ);
    }, READ);
    loop.addHandler(stream, () => {
      for (const text of plan.texts) stream.send(new TextEncoder().encode(text));
      loop.removeHandler(stream);
    }, WRITE);
    loop.callLater(plan.seconds, () => {
      if (plan.report !== undefined) platform.report({ message: plan.report, error: plan.report });
      if (!plan.hangs) loop.stop();
    });
    await loop.start();
    const handles = [listener, stream];
    for (const handle of plan.isReversed ? handles.reverse() : handles) handle.close();
    return heard;
  };
}

const PLAN: Plan = { texts: ["hello", "you"], seconds: 1 };
const { recording, value } = await recordInSimulation(program(PLAN));

/** Plays the recording of the plan to another program; returns what the recording expects and what came. */
async function part(other: Program<unknown>): Promise<string[]> {
  const error = await assertRejects(
    () => replayRecording(recording, other, { patience: 0 }),
    RecordingMismatchError,
  );
  assertEquals(error.code, "RECORDING_MISMATCH");
  const [kind] = recording.entries[error.line - sumsBefore(error.line) - 2] as [string];
  assertEquals(error.expected.split("(")[0], kind, "the line is that of what was expected");
  return [error.expected, error.came];
}

/** How many lines before this one are checksums; the simulation wrote one a piece. */
function sumsBefore(line: number): number {
  let sums = 0;
  for (let i = 0; recording.lineOf(i) < line; i++) {
    sums = recording.lineOf(i + 1) - (i + 1) - 2;
  }
  return sums;
}

Deno.test("replayRecording() plays the program that was recorded", async () => {
  assertEquals(value, "helloyou");
  const replayed = await replayRecording(recording, program(PLAN));
  assertEquals([replayed.value, replayed.time], ["helloyou", 1]);
});

Deno.test("replayRecording() says which bytes are sent instead, and where", async () => {
  assertEquals(await part(program({ ...PLAN, texts: ["hullo", "you"] })), [
    "send(4, 5)",
    'send(4, 5) of other bytes: "hullo"',
  ]);
  assertEquals(await part(program({ ...PLAN, texts: ["hello!", "you"] })), [
    "send(4, 5)",
    "send(4, 6)",
  ]);
});

Deno.test("replayRecording() tells a step that is missing, and one too many", async () => {
  assertEquals(await part(program({ ...PLAN, texts: ["hello"] })), [
    "send(4, 3)",
    "unregister(4)",
  ]);
  assertEquals(await part(program({ ...PLAN, texts: ["hello", "you", "!"] })), [
    "unregister(4)",
    "send(4, 1)",
  ]);
});

Deno.test("replayRecording() tells another order", async () => {
  assertEquals(await part(program({ ...PLAN, isReversed: true })), ["close(3)", "close(4)"]);
});

Deno.test("replayRecording() tells another time-out", async () => {
  const [expected, came] = await part(program({ ...PLAN, seconds: 2 }));
  assertEquals([expected?.slice(0, 4), came?.slice(0, 4)], ["poll", "poll"]);
});

Deno.test("replayRecording() tells a program that goes on where another one stopped", async () => {
  assertEquals((await part(program({ ...PLAN, hangs: true })))[0], "pause()");
});

Deno.test("replayRecording() tells a program that does nothing, and one that is over", async () => {
  const first = 'listen({"transport":"tcp","hostname":"127.0.0.1","port":80}, null)';
  assertEquals(await part(() => new Promise(() => {})), [first, "nothing"]);
  assertEquals(await part(() => Promise.resolve()), [first, "its end"]);
  const error = await assertRejects(
    () => replayRecording(recording, () => Promise.reject(new Error("no"))),
    RecordingMismatchError,
  );
  assertEquals([error.came, (error.cause as Error).message], ["its failure", "no"]);
});

Deno.test("replayRecording() has an error that was reported as the cause", async () => {
  const error = await assertRejects(
    () => replayRecording(recording, program({ ...PLAN, report: "it is broken" })),
    RecordingMismatchError,
  );
  assertEquals([error.came, error.cause], ['report("it is broken")', "it is broken"]);
});

Deno.test("replayRecording() counts only the first difference, whatever the program makes of it", async () => {
  // The program catches what it is told and goes on.
  const other = (platform: Platform) => {
    for (let i = 0; i < 3; i++) {
      try {
        platform.clock.now();
      } catch (error) {
        assertInstanceOf(error, RecordingMismatchError);
      }
    }
    return Promise.resolve();
  };
  const [, came] = await part(other);
  assertEquals(came, "now()");
});

Deno.test("replayRecording() rejects with what the program threw when it was recorded", async () => {
  const failing = async (platform: Platform) => {
    platform.clock.now();
    await null;
    throw new RangeError("out of money");
  };
  const sink = new TextSink();
  const sim = new Simulation({ seed: 1 });
  const platform = new RecordingPlatform(sim.host("host"), sink);
  await assertRejects(() => sim.run(() => failing(platform)), RangeError);
  platform.end();
  const recorded = Recording.parse(sink.text);
  await assertRejects(() => replayRecording(recorded, failing), RangeError, "out of money");
});

Deno.test("replayRecording() rejects with what the program threw after the last step", async () => {
  const failing = async (platform: Platform) => {
    platform.clock.now();
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    throw new RangeError("out of money");
  };
  const sink = new TextSink();
  const platform = new RecordingPlatform(new Simulation({ seed: 1 }).host("host"), sink);
  await assertRejects(() => failing(platform), RangeError);
  platform.end();
  const recorded = Recording.parse(sink.text);
  await assertRejects(() => replayRecording(recorded, failing), RangeError, "out of money");
});

Deno.test("replayRecording() ends where the recording does, if the program goes on", async () => {
  const sink = new TextSink();
  const sim = new Simulation({ seed: 1 });
  const platform = new RecordingPlatform(sim.host("host"), sink);
  const ticks = (times: number[], end: (time: number) => void) => (platform: Platform) => {
    const loop = new PollIOLoop(platform, { makeCurrent: false });
    const tick = () => {
      times.push(loop.time());
      end(loop.time());
      loop.callLater(1, tick);
    };
    tick();
    return loop.start();
  };
  const endAtThree = (time: number) => time === 3 && platform.end();
  await sim.run(() => {
    ticks([], endAtThree)(platform);
    return sim.sleep(10);
  });
  const times: number[] = [];
  const recorded = Recording.parse(sink.text);
  const replayed = await replayRecording(recorded, ticks(times, () => {}));
  assertEquals([replayed.outcome, replayed.value, times], ["ended", undefined, [0, 1, 2, 3]]);
});

Deno.test("replayRecording() throws into a program that wants more than was recorded", async () => {
  const sink = new TextSink();
  const platform = new RecordingPlatform(new Simulation({ seed: 1 }).host("host"), sink);
  platform.clock.now();
  platform.end();
  let more: unknown = null;
  const { outcome } = await replayRecording(Recording.parse(sink.text), (platform) => {
    platform.clock.now();
    try {
      platform.random.next();
    } catch (error) {
      more = error;
      throw error;
    }
  });
  assertEquals(outcome, "ended");
  assertInstanceOf(more, RecordingEndedError);
  assertEquals(more.code, "RECORDING_ENDED");
});

Deno.test("replayRecording() plays outside of the contexts of whoever asks for it", async () => {
  const user = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const watched = (platform: Platform) => {
    const loop = new PollIOLoop(platform, { makeCurrent: false });
    const { poller } = platform;
    seen.push(user.getStore());
    return new Promise<void>((resolve) => {
      poller.poll(1, () => {}, () => {
        seen.push(user.getStore());
        loop.close();
        resolve();
      });
    });
  };
  const { recording } = await recordInSimulation(watched);
  seen.length = 0;
  await user.run("ada", () => replayRecording(recording, watched));
  assertEquals(seen, [undefined, undefined]);
});

Deno.test("replayRecording() fails with a rejection that nobody handles", async () => {
  const reasons: [unknown, string][] = [
    [new RangeError("nobody handles this"), "nobody handles"],
    [null, "threw null"],
    [undefined, "threw undefined"],
  ];
  for (const [reason, message] of reasons) {
    const careless = async (platform: Platform) => {
      platform.clock.now();
      Promise.reject(reason);
      await new Promise<void>((resolve) => platform.poller.poll(1, () => {}, resolve));
    };
    const sink = new TextSink();
    const sim = new Simulation({ seed: 1 });
    const platform = new RecordingPlatform(sim.host("host"), sink);
    await assertRejects(() => sim.run(() => careless(platform)));
    platform.end();
    const recorded = Recording.parse(sink.text);
    await assertRejects(() => replayRecording(recorded, careless), Error, message);
  }
});

Deno.test("replayRecording() takes what a program that was given up rejects with", async () => {
  const asking = async (platform: Platform) => {
    const wait = () => new Promise<void>((resolve) => platform.poller.poll(1, () => {}, resolve));
    await wait();
    // Nobody waits for this one, which fails as the recording has ended.
    wait().then(() => platform.clock.now());
    await new Promise(() => {});
  };
  const sink = new TextSink();
  const sim = new Simulation({ seed: 1 });
  const platform = new RecordingPlatform(sim.host("host"), sink);
  await sim.run(async () => {
    asking(platform);
    await sim.sleep(1.5);
    platform.end();
    await sim.sleep(1);
  });
  const recorded = Recording.parse(sink.text.replace(/\["end"\]\n\["sum",\d+\]\n$/, ""), {
    allowCut: true,
  });
  assertEquals((await replayRecording(recorded, asking)).outcome, "ended");
});

Deno.test("replayRecording() tells a program that asks for the number of threads", async () => {
  const asking = (platform: Platform) => Promise.resolve(platform.workers.parallelism);
  const first = 'listen({"transport":"tcp","hostname":"127.0.0.1","port":80}, null)';
  assertEquals(await part(asking), [first, "the number of threads"]);
  const recorded = await recordInSimulation(asking);
  assertEquals((await replayRecording(recorded.recording, asking)).value, recorded.value);
  // One that asks after the end of a recording is given up there.
  const late = async (platform: Platform) => {
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    return platform.workers.parallelism;
  };
  const { recording: empty } = await recordInSimulation(() => Promise.resolve(0));
  const { outcome, value } = await replayRecording<number>(empty, late);
  assertEquals([outcome, value], ["ended", undefined]);
});
