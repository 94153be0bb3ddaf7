/**
 * Recordings as text: what is refused, and what is not in them.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Platform } from "../../../poller/mod.ts";
import {
  Recording,
  RecordingError,
  RecordingMismatchError,
  RecordingPlatform,
  replayRecording,
  Simulation,
} from "../../../sim/mod.ts";
import { digestOf } from "../../../sim/recording/digest.ts";
import { CERTIFICATE, KEY } from "../../contract/tls_certificates.ts";
import { PROGRAMS } from "./programs.ts";
import { type Program, recordInSimulation, TextSink } from "./recorded.ts";

const echo = PROGRAMS["an echo"] as Program<string[]>;
const { text, value: log } = await recordInSimulation(echo);
const lines = text.split("\n").slice(0, -1);

/** Writes lines with a checksum that is right. */
function withSum(all: readonly string[]): string {
  const text = all.filter((line) => !line.startsWith('["sum"')).join("\n") + "\n";
  return `${text}["sum",${digestOf(new TextEncoder().encode(text))}]\n`;
}

Deno.test("Recording.parse() refuses what is no recording, or of another version", () => {
  const header = JSON.parse(lines[0] as string);
  const refused: [string, string][] = [
    ["", "line 1 is no header"],
    ["{}\n", "line 1 is no header"],
    ["hello\n", "line 1 is not JSON"],
    ['{"format":"twinloop-tape","version":1}\n', "line 1 is no header"],
    [JSON.stringify({ ...header, version: 2 }) + "\n", "version 2 is not known, 1 is"],
    [text.replace('["done"]', '["dome"]'), "is no step"],
    [text.replace('["done"]', '["done",3]'), "is no step"],
    [text.replace(/\["now",.*\]/, '["now"]'), "is no step"],
    [text.replace('["done"]', "done"), "is not JSON"],
    [text + "x", "comes after the end"],
    [text + '["done"]\n', "comes after the end"],
    [text.replace('["end"]\n', '["end"]\n["done"]\n'), "comes after the end"],
  ];
  for (const [wrong, message] of refused) {
    const error = assertThrows(() => Recording.parse(wrong), RecordingError, message);
    assertEquals(error.code, "RECORDING");
  }
});

Deno.test("Recording.parse() refuses an edit, wherever it is", () => {
  const bytes = new TextEncoder().encode(text);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const edited = bytes.slice();
      edited[at] = (edited[at] as number) ^ flip;
      assertThrows(() => Recording.parse(edited), RecordingError);
    }),
    { numRuns: 500, seed: 7 },
  );
  for (let i = 1; i < lines.length; i++) {
    const without = [...lines.slice(0, i), ...lines.slice(i + 1)].join("\n") + "\n";
    assertThrows(() => Recording.parse(without), RecordingError);
  }
});

Deno.test("Recording.parse() refuses what is cut, unless that is allowed", async () => {
  const bytes = new TextEncoder().encode(text);
  const whole = await replayRecording(Recording.parse(text), echo);
  assertEquals(whole.value, log);
  let lengthMax = 0;
  for (let end = (lines[0] as string).length + 1; end < bytes.length; end += 7) {
    const cut = bytes.subarray(0, end);
    assertThrows(() => Recording.parse(cut), RecordingError, "it is cut");
    const recording = Recording.parse(cut, { allowCut: true });
    assert(!recording.isComplete);
    assert(recording.length >= lengthMax);
    lengthMax = recording.length;
    const { outcome, steps, value } = await replayRecording(recording, echo);
    if (outcome === "returned") assertEquals(value, log, "nothing of what the program saw is cut");
    assertEquals(steps, recording.length);
  }
  assertEquals(lengthMax, whole.steps);
});

Deno.test("replayRecording() ends with a typed error when a recording contradicts itself", async () => {
  const steps = lines.slice(1).filter((line) => !/^\["(sum|end)"/.test(line));
  const line = fc.nat(steps.length - 1);
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(line, line, fc.constantFrom("drop", "swap", "copy"), async (a, b, edit) => {
      const edited = [...steps];
      if (edit === "drop") edited.splice(a, 1);
      if (edit === "swap") [edited[a], edited[b]] = [edited[b] as string, edited[a] as string];
      if (edit === "copy") edited.splice(b, 0, edited[a] as string);
      const all = [lines[0] as string, ...edited, '["end"]'];
      const recording = Recording.parse(withSum(all));
      try {
        const { outcome } = await replayRecording(recording, echo, { patience: 0 });
        seen.add(outcome);
      } catch (error) {
        assert(error instanceof RecordingError || error instanceof RecordingMismatchError);
        seen.add(error.code);
      }
    }),
    { numRuns: 300, seed: 8 },
  );
  assert(seen.has("RECORDING_MISMATCH"));
  const closed = lines.map((line) => line.replace(/^\["ready",\d+/, '["ready",99'));
  await assertRejects(
    () => replayRecording(Recording.parse(withSum(closed)), echo),
    RecordingError,
    "reports a handle that is not open",
  );
});

Deno.test("RecordingPlatform says in the header what it was told to", () => {
  const sink = new TextSink();
  const host = new Simulation({ seed: 1 }).host("host");
  const platform = new RecordingPlatform(host, sink, { about: { program: "bank", version: "9" } });
  platform.end();
  platform.end();
  const { about, length } = Recording.parse(sink.text);
  assertEquals(about, { program: "bank", version: 1, format: "twinloop-recording" });
  assertEquals([length, platform.isRecording], [0, false]);
});

Deno.test("replayRecording() ends when something happens again that happens once", async () => {
  const program = async (platform: Platform) => {
    const listener = platform.network.listen({ transport: "tcp", hostname: "127.0.0.1", port: 80 });
    listener.close();
    await listener.released;
    await new Promise<void>((resolve) => platform.poller.poll(1, () => {}, resolve));
  };
  const { text } = await recordInSimulation(program);
  assert(/\["released",3,true\]/.test(text));
  const edited = withSum(
    text.replace('["done"]', '["released",3,false]\n["done"]').trim().split("\n"),
  );
  await assertRejects(
    () => replayRecording(Recording.parse(edited), program),
    RecordingError,
    "tells again of what happens once",
  );
});

Deno.test("RecordingPlatform gives its sink whole lines, before each wait or in pieces", async () => {
  for (const flushesBeforeWait of [true, false]) {
    const pieces: string[] = [];
    const write = (bytes: Uint8Array) => void pieces.push(new TextDecoder().decode(bytes));
    const sim = new Simulation({ seed: 1 });
    const platform = new RecordingPlatform(sim.host("host"), { write }, { flushesBeforeWait });
    await sim.run(() => echo(platform));
    const count = pieces.length;
    platform.end();
    assert(flushesBeforeWait ? count > 5 : count === 0, `${count} pieces`);
    assert(pieces.every((piece) => /\n\["sum",\d+\]\n$/.test(piece)));
    assertEquals((await replayRecording(Recording.parse(pieces.join("")), echo)).value, log);
  }
});

Deno.test("RecordingPlatform.flush() gives the sink what there is", () => {
  const sink = new TextSink();
  const platform = new RecordingPlatform(new Simulation({ seed: 1 }).host("host"), sink);
  assertEquals(sink.text, "");
  platform.clock.now();
  platform.flush();
  const { text } = sink;
  assertEquals(text.split("\n").length, 4);
  platform.flush();
  assertEquals(sink.text, text);
});

Deno.test("RecordingPlatform does not flush for a poll that only looks", async () => {
  const sink = new TextSink();
  const sim = new Simulation({ seed: 1 });
  const platform = new RecordingPlatform(sim.host("host"), sink);
  const pass = (timeout: number) =>
    new Promise<void>((resolve) => platform.poller.poll(timeout, () => {}, resolve));
  await sim.run(async () => {
    await pass(0);
    assertEquals(sink.text, "");
    await pass(1);
    assert(sink.text !== "");
  });
});

Deno.test("RecordingPlatform goes on without a sink that throws, and says so once", async () => {
  const sim = new Simulation({ seed: 1 });
  const write = () => {
    throw new Error("the disk is full");
  };
  const platform = new RecordingPlatform(sim.host("host"), { write });
  await sim.run(async () => {
    assertEquals(await echo(platform), log);
    const reports = sim.takeReports("host").map(({ error }) => (error as Error).message);
    assertEquals(reports, ["the disk is full"]);
  });
  assert(!platform.isRecording);
});

Deno.test("RecordingPlatform writes down no key and no environment", async () => {
  const secrets = async (platform: Platform) => {
    const at = { transport: "tcp", hostname: "127.0.0.1", port: 80 } as const;
    const listener = platform.network.listen(at);
    const stream = platform.network.connect(at);
    platform.poller.register(listener, 1);
    await new Promise<void>((resolve) => platform.poller.poll(Infinity, () => {}, resolve));
    const peer = listener.accept();
    peer?.startTls?.({ side: "server", cert: CERTIFICATE, key: KEY }).abort();
    stream.abort();
    listener.close();
    const env = { PASSWORD: "hunter2" };
    const extraEnv = { TOKEN: "sesame" };
    assertThrows(() => platform.processes.spawn({ executable: "/missing", env, extraEnv }));
    return "done";
  };
  const { text, recording } = await recordInSimulation(secrets);
  assert(/"startTls"/.test(text) && /"\/missing"/.test(text));
  assert(!text.includes(KEY.slice(40, 60)) && !/PASSWORD|hunter2|TOKEN|sesame/.test(text));
  assertEquals((await replayRecording(recording, secrets)).value, "done");
});

Deno.test("RecordingPlatform says so when something cannot be replayed", async () => {
  const exotic = (platform: Platform) =>
    new Promise<unknown>((resolve) => {
      const fn = { module: import.meta.url, name: "open", fn: () => new RegExp("x") };
      platform.workers.start(() => {}).run({ fn, args: [] }, resolve);
    });
  const { recording } = await recordInSimulation(exotic);
  const error = await replayRecording(recording, exotic).then(() => null, (error) => error);
  assertInstanceOf(error, RecordingError);
  assert(/what open returned in a thread, which is not recorded/.test(error.message));
});

Deno.test("RecordingPlatform writes nothing after its end", async () => {
  const sink = new TextSink();
  const sim = new Simulation({ seed: 1 });
  const platform = new RecordingPlatform(sim.host("host"), sink);
  platform.end();
  const { text } = sink;
  await sim.run(() => echo(platform));
  platform.flush();
  platform.end();
  const empty = Recording.parse(text);
  assertEquals([sink.text, empty.length, empty.lineOf(0)], [text, 0, 2]);
});
