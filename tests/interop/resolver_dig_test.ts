/**
 * The stub resolver beside `dig`, name by name, against unbound and dnsmasq on this machine.
 *
 * Needs the programs of Debian's packages dnsmasq-base, unbound and bind9-dnsutils; where one is
 * missing the tests are skipped and say so.
 */

import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { DenoPlatform } from "../../poller/mod.ts";
import { AF_INET, AF_INET6, DNSLookupError, StubResolver } from "../../resolver/mod.ts";
import { DNSMASQ_NAMES, dnsmasqArgs, LOOKED_UP, unboundConf, zoneFile } from "./dns_zone.ts";

const PROGRAMS = ["dig", "unbound", "dnsmasq"];
const MISSING = PROGRAMS.filter((program) => !isInstalled(program));
if (MISSING.length > 0) {
  console.log(`skipped: resolver beside dig, since ${MISSING.join(" and ")} is not installed`);
}

function isInstalled(program: string): boolean {
  try {
    new Deno.Command(program, { args: ["-v"], stdout: "null", stderr: "null" }).outputSync();
    return true;
  } catch {
    return false;
  }
}

/** A port that was free a moment ago, for UDP and TCP. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

async function dig(port: number, name: string, type: string): Promise<string> {
  const { stdout } = await new Deno.Command("dig", {
    args: ["@127.0.0.1", "-p", String(port), "+noall", "+comments", "+answer", "+nosearch"]
      .concat(["+tries=1", "+time=2", `${name}.`, type]),
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  const status = /status: (\w+)/.exec(text)?.[1] ?? "no answer";
  if (status !== "NOERROR") return status;
  const addresses = [...text.matchAll(/\sIN\s+(A|AAAA)\s+(\S+)$/gm)]
    .filter((match) => match[1] === type).map((match) => match[2]);
  return addresses.length === 0 ? "NODATA" : addresses.sort().join(" ");
}

async function ours(resolver: StubResolver, name: string, type: string): Promise<string> {
  try {
    const addresses = await resolver.resolve(`${name}.`, 0, type === "A" ? AF_INET : AF_INET6);
    return addresses.map(([, [address]]) => address).sort().join(" ");
  } catch (error) {
    assert(error instanceof DNSLookupError, `${error}`);
    return error.code;
  }
}

interface Running extends AsyncDisposable {
  readonly port: number;
}

async function run(program: string, args: string[], port: number): Promise<Running> {
  const child = new Deno.Command(program, { args, stdout: "null", stderr: "null" }).spawn();
  for (let i = 0; i < 100; i++) {
    if (await dig(port, "four1.example.test", "A") === "10.1.0.1") break;
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

async function runUnbound(): Promise<Running> {
  const folder = await Deno.makeTempDir();
  const port = freePort();
  await Deno.writeTextFile(`${folder}/zone`, zoneFile());
  await Deno.writeTextFile(`${folder}/conf`, unboundConf(folder, port));
  const running = await run("unbound", ["-d", "-c", `${folder}/conf`], port);
  return {
    port,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Compares all names in both families; over TCP all of them at once. */
async function compare(port: number, names: readonly string[]): Promise<void> {
  const loop = new PollIOLoop(new DenoPlatform());
  const servers = [`127.0.0.1:${port}`];
  const resolver = new StubResolver(loop, { servers });
  const overTCP = new StubResolver(loop, { servers, transport: "tcp" });
  const differences: string[] = [];
  let compared = 0;
  const expected: string[] = [];
  let burst: string[] = [];
  await loop.runSync(async () => {
    for (const name of names) {
      for (const type of ["A", "AAAA"]) {
        const theirs = await dig(port, name, type);
        const found = await ours(resolver, name, type);
        compared++;
        expected.push(found);
        // A server that sees a circle itself says SERVFAIL, one that does not hands it out.
        const isCircle = /circle|itself/.test(name) && found === "CHAIN" && theirs === "NODATA";
        if (found !== theirs && !isCircle) differences.push(`${name} ${type}: ${theirs}, ${found}`);
      }
    }
    burst = await Promise.all(
      names.flatMap((name) => ["A", "AAAA"].map((type) => ours(overTCP, name, type))),
    );
  });
  assertEquals(burst, expected);
  overTCP.close();
  resolver.close();
  loop.close();
  assertEquals(differences, []);
  assertEquals(compared, names.length * 2);
}

Deno.test({
  name: "StubResolver finds the same addresses as dig, name by name, on unbound",
  ignore: MISSING.length > 0,
  async fn() {
    assertGreaterOrEqual(LOOKED_UP.length, 60);
    await using unbound = await runUnbound();
    await compare(unbound.port, LOOKED_UP);
  },
});

Deno.test({
  name: "StubResolver finds the same addresses as dig, name by name, on dnsmasq",
  ignore: MISSING.length > 0,
  async fn() {
    await using unbound = await runUnbound();
    const port = freePort();
    await using _dnsmasq = await run("dnsmasq", dnsmasqArgs(port, unbound.port), port);
    await compare(port, [...LOOKED_UP, ...DNSMASQ_NAMES]);
  },
});

Deno.test({
  name:
    "StubResolver has a thousand questions at once answered by dnsmasq over TCP, 100 a connection",
  ignore: MISSING.length > 0,
  async fn() {
    await using unbound = await runUnbound();
    const port = freePort();
    await using _dnsmasq = await run("dnsmasq", dnsmasqArgs(port, unbound.port), port);
    using loop = new PollIOLoop(new DenoPlatform());
    const resolver = new StubResolver(loop, { servers: [`127.0.0.1:${port}`], transport: "tcp" });
    const names = Array.from({ length: 1000 }, (_, i) => `name${i}.many.dnsmasq.test`);
    const found = await loop.runSync(() =>
      Promise.all(names.map((name) => ours(resolver, name, "A")))
    );
    resolver.close();
    assertEquals(new Set(found), new Set(["10.9.0.2"]));
  },
});
