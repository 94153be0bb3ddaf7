import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { drawSequence, drawTimeline, recordRun, writePerfetto } from "../../../sim/mod.ts";
import { findMessages, markOf } from "../../../sim/pictures/messages.ts";
import { lossyRun, usualRun } from "./echo_run.ts";

Deno.test("findMessages() finds what passes between hosts, and nothing else", async () => {
  const run = await usualRun();
  const found = findMessages(run).map(({ from, to, label }) => {
    const [source, target] = [run.entries[from], run.entries[to]];
    return `${source?.host} ${source?.kind} -> ${target?.host} ${target?.kind}: ${label}`;
  });
  assertEquals(found, [
    "third send -> server arrive: 3 bytes",
    "client ready -> server arrive: 10 bytes",
    "client connected -> server ready: connection",
    "server ready -> client arrive: 10 bytes",
    "client close -> server end: end of stream",
  ]);
});

Deno.test("findMessages() draws a datagram from where it was sent", async () => {
  const run = await recordRun((sim) => {
    const local = { transport: "udp", hostname: "0.0.0.0", port: 7 } as const;
    sim.host("b").network.bindDatagram(local);
    const { network, poller } = sim.host("a");
    poller.poll(0, () => {}, () => {
      const socket = network.bindDatagram(local);
      socket.send(new Uint8Array(1), { transport: "udp", hostname: "b", port: 7 });
      socket.close();
    });
  });
  const [message] = findMessages(run);
  assertEquals(run.entries[message?.from ?? 0]?.kind, "send");
  assertEquals(message?.label, "1 byte");
});

Deno.test("findMessages() tells apart what a test sends to several hosts at once", async () => {
  const run = await recordRun((sim) => {
    const local = { transport: "udp", hostname: "0.0.0.0", port: 7 } as const;
    const socket = sim.host("a").network.bindDatagram(local);
    for (const hostname of ["b", "c", "b"]) {
      if (hostname === "c" || sim.trace.length < 3) sim.host(hostname).network.bindDatagram(local);
      socket.send(new Uint8Array(1), { transport: "udp", hostname, port: 7 });
    }
  });
  const found = findMessages(run).map(({ from, to }) => [
    run.entries[from]?.detail,
    run.entries[to]?.host,
  ]);
  assertEquals(found, [["b:7", "b"], ["c:7", "c"], ["b:7", "b"]]);
  assertEquals(new Set(findMessages(run).map(({ from }) => from)).size, 3);
});

Deno.test("markOf() tells deviations and faults", async () => {
  const { entries } = await lossyRun();
  const marks = entries.map((entry) => [entry.kind, markOf(entry)]).filter(([, mark]) =>
    mark !== ""
  );
  assertEquals(marks, [["choose", "deviation"], ["lost", "fault"]]);
});

Deno.test("drawSequence() draws hosts, messages, losses and notes", async () => {
  const lines = drawSequence(await lossyRun()).split("\n").map((line) => line.trim());
  assertEquals(lines.slice(0, 4), [
    "sequenceDiagram",
    "participant h0 as server",
    "participant h1 as third",
    "participant h2 as client",
  ]);
  assert(lines.includes("h2->>h0: 10 bytes") && lines.includes("h0->>h2: 10 bytes"), lines.join());
  assert(lines.includes("h1-xh1: @0 lost datagram#35;3 3"), lines.join("\n"));
  assert(lines.includes("Note over h0,h2: @0 deviates: udp/loss 1/2"), lines.join("\n"));
});

Deno.test("drawSequence() writes lines of the language's few kinds", async () => {
  const text = "[^;#\n]*(#\\d+;[^;#\n]*)*";
  const kinds = new RegExp(
    `^ {2}(participant h\\d as |Note over h\\d(,h\\d)?: |h\\d(->>|-x)h\\d: )${text}$`,
  );
  for (const run of [await usualRun(), await lossyRun(), await recordRun(() => {})]) {
    const [first, ...lines] = drawSequence(run).split("\n");
    assertEquals(first, "sequenceDiagram");
    assertEquals(lines.filter((line) => !kinds.test(line)), []);
  }
});

Deno.test("drawSequence() leaves out what is too much, and says so", async () => {
  const run = await usualRun();
  const lines = drawSequence(run, { maxLines: 5 }).split("\n").slice(4);
  assertEquals(lines.length, 6);
  assertEquals(lines[0], `  Note over h0,h2: ${run.entries.length - 5} more not shown`);
  assert(lines.every((line) => !line.includes("timeout")), lines.join("\n"));
});

Deno.test("drawSequence() writes what Mermaid would take for its own as entities", async () => {
  const run = await recordRun((sim) => {
    sim.host("a;b#c").network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 1 });
    throw new Error("%% {<b>}\nsecond line");
  });
  const text = drawSequence(run);
  assertStringIncludes(text, "participant h0 as a#59;b#35;c\n");
  assertStringIncludes(text, "fails: Error: #37;#37; #123;#60;b#62;#125;");
  assert(!text.includes("second line"));
});

interface PerfettoEvent {
  readonly ph: string;
  readonly name: string;
  readonly pid: number;
  readonly ts: number;
  readonly id?: number;
  readonly cat?: string;
  readonly args?: Record<string, string>;
}

Deno.test("writePerfetto() writes hosts, turns in order, flows and marks", async () => {
  const run = await lossyRun();
  const { traceEvents, otherData } = JSON.parse(writePerfetto(run));
  const events = traceEvents as PerfettoEvent[];
  const of = (ph: string) => events.filter((event) => event.ph === ph);
  assertEquals(of("M").map(({ args }) => args?.["name"]), ["(world)", "server", "third", "client"]);
  const turns = of("X");
  assertEquals(turns.length, run.entries.length);
  for (let i = 1; i < turns.length; i++) assert((turns[i]?.ts ?? 0) > (turns[i - 1]?.ts ?? 0));
  turns.forEach(({ ts }, i) => assert(Math.abs(ts - (run.entries[i]?.time ?? 0) * 1e6) < 1));
  assertEquals(of("s").map(({ id }) => id), of("f").map(({ id }) => id));
  of("s").forEach(({ ts, pid }, i) => {
    const end = of("f")[i] as PerfettoEvent;
    assert(end.ts > ts && end.pid !== pid);
  });
  assertEquals(of("i").map(({ cat }) => cat), ["deviation", "fault"]);
  assertEquals([otherData.scenario, otherData.tape], ["echo", run.tape.toString()]);
});

Deno.test("drawTimeline() makes a page that needs nothing else and keeps text as text", async () => {
  const run = await recordRun((sim) => {
    sim.host("</script><b>").network.listen({ transport: "tcp", hostname: "0.0.0.0", port: 1 });
    throw new Error("<img src=x onerror=alert(1)>");
  });
  for (const page of [drawTimeline(run, { title: "<i>" }), drawTimeline(run, { other: run })]) {
    assert(!/\b(src|href)=|@import|url\(/i.test(page.replaceAll("&lt;img src=x", "")), "resources");
    assert(!/https?:\/\/(?!www\.w3\.org\/2000\/svg)/.test(page), "addresses");
    assertStringIncludes(page, "default-src 'none'");
    assertEquals(page.match(/<\/script>/g)?.length, 2);
    assert(!page.includes("<img") && !page.includes("</script><b>") && !page.includes("<i>"));
    assertStringIncludes(page, "fails: Error: &lt;img src=x onerror=alert(1)&gt;");
  }
});
