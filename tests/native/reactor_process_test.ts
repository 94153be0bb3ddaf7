import { assert, assertEquals } from "@std/assert";
import { DenoPlatform } from "../../poller/mod.ts";
import { type Failure, PollReactor, ProcessProtocol } from "../../reactor/mod.ts";
import type { SpawnProcessOptions } from "../../reactor/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { reactorProcessContract } from "../contract/reactor_process_contract.ts";
import { REACTORS } from "../reactor/reactors.ts";

for (const kind of REACTORS) {
  reactorProcessContract({ test: Deno.test, world: new DenoWorld(), ...kind });
}

/** What a program has written, and how it ended. */
class Output extends ProcessProtocol {
  out = "";
  err = "";
  readonly ended = Promise.withResolvers<Failure>();

  override outReceived(data: Uint8Array): void {
    this.out += new TextDecoder().decode(data);
  }

  override errReceived(data: Uint8Array): void {
    this.err += new TextDecoder().decode(data);
  }

  override processEnded(reason: Failure): void {
    this.ended.resolve(reason);
  }
}

/** Runs a program on a reactor of its own. */
async function run(executable: string, options: SpawnProcessOptions = {}): Promise<Output> {
  const reactor = new PollReactor(new DenoPlatform());
  const output = new Output();
  reactor.spawnProcess(output, executable, options);
  output.ended.promise.then(() => reactor.callFromThread(() => reactor.stop()));
  await reactor.run();
  return output;
}

Deno.test("PROC-06 a child that ended before run() is told of when the reactor runs", async () => {
  const reactor = new PollReactor(new DenoPlatform());
  const output = new Output();
  const { pid } = reactor.spawnProcess(output, "/bin/sh", { args: ["-c", "echo early"] });
  // The system knows of it until somebody has asked for its end.
  while (await isRunning(pid));
  output.ended.promise.then(() => reactor.callFromThread(() => reactor.stop()));
  await reactor.run();
  assertEquals(output.out, "early\n");
});

/** Tells whether a process has not ended, as the system sees it. */
async function isRunning(pid: number | null): Promise<boolean> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  return stat !== "" && !/\) Z /.test(stat);
}

Deno.test("PROC-09 a child has no sockets and files of its parent", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const path = new URL(import.meta.url).pathname;
  const file = await Deno.open(path);
  try {
    const own = await Array.fromAsync(Deno.readDir("/proc/self/fd"), ({ name }) => linkOf(name));
    const sockets = own.filter((link) => link.startsWith("socket:"));
    assert(own.includes(path) && sockets.length > 0);
    const { out, err } = await run("/bin/sh", { args: ["-c", "ls -l /proc/$$/fd"] });
    assertEquals(err, "");
    assert(out.includes(" 1 -> pipe:"), out);
    assertEquals([path, ...sockets].filter((link) => out.includes(link)), []);
  } finally {
    listener.close();
    file.close();
  }
});

/** What a descriptor of this process is; one that has been closed meanwhile is nothing. */
function linkOf(descriptor: string): string {
  try {
    return Deno.readLinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return "";
  }
}

Deno.test("PROC-18 a script is run by the program of its first line", async () => {
  const path = await Deno.makeTempFile({ prefix: "twinloop_", suffix: ".sh" });
  try {
    await Deno.writeTextFile(path, '#!/bin/sh\necho "by $0"\n');
    await Deno.chmod(path, 0o755);
    assertEquals((await run(path)).out, `by ${path}\n`);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("PROC-22, PROC-23 the environment of a child is empty by default", async () => {
  const { out } = await run("/usr/bin/env");
  assertEquals(out, "");
});

Deno.test("PROC-24, PROC-25 an environment of null is that of this process", async () => {
  const { out } = await run("/usr/bin/env", { env: null });
  assertEquals(lines(out), lines(entries(Deno.env.toObject())));
});

Deno.test("PROC-26, PROC-27 an environment is exactly what was given", async () => {
  const { out } = await run("/usr/bin/env", { env: { ONE: "1", EMPTY: "", ACCENT: "é" } });
  assertEquals(lines(out), ["ACCENT=é", "EMPTY=", "ONE=1"]);
});

Deno.test("SpawnProcessOptions.path is the folder that a child begins in", async () => {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "twinloop_" }));
  try {
    assertEquals((await run("/bin/pwd", { path })).out, `${path}\n`);
    const { err } = await run("/bin/pwd", { path: `${path}/missing` });
    assert(err.startsWith("SocketError: Cannot spawn /bin/pwd"), err);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test({
  name: "PROC-12, PROC-13 a child runs as the user and the group that were given",
  ignore: Deno.uid() !== 0, // Only the administrator may say; others are refused by the system.
  async fn() {
    const { out, err } = await run("/usr/bin/id", { uid: 65_534, gid: 65_534 });
    assertEquals(err, "");
    assert(/uid=65534\b.* gid=65534\b/.test(out), out);
  },
});

function entries(env: Readonly<Record<string, string>>): string {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`).join("\n");
}

function lines(value: string): string[] {
  return value.split("\n").filter((line) => line !== "").toSorted();
}
