/**
 * Lookups beside `Deno.resolveDns`, against name servers in processes of their own.
 *
 *     deno run -A --unstable-net tests/bench/lookups_beside_deno.ts [--rounds=7] [<server>…]
 *
 * The servers are `deno` (`name_server.ts`), and Debian's `unbound` and `dnsmasq`, where they are
 * installed. Each kind of lookup asks the same server for one A record of a new name each time, or
 * of one of a few that the resolver's cache knows, with so many under way at once. Prints medians
 * of interleaved rounds: wall and CPU time of this process for a lookup, and how many times as much
 * `Deno.resolveDns` takes.
 *
 * What was learnt, on two cores that had other work: how many times as much CPU time
 * `Deno.resolveDns` takes, medians of three runs and more (wall times vary more; where the server is
 * the slower side they say more about it):
 * - Over TCP, that is 8 to 11 times with 64 under way at a server that answers what it read at once
 *   (`deno`), and 5 to 7 times at `unbound`, which writes each answer by itself (6.5 to 8 with 256):
 *   questions and answers of a pass share a write and a read. At `dnsmasq` it is 3.4 to 4.7: it ends
 *   a connection after a hundred answers, and what was sent ahead is sent again on the next.
 * - Over UDP it is 1.9 to 2.6 times with 64 under way, and 2.7 to 3 with 256. Five times is out of
 *   reach: a send and a receive are a system call and a native operation each for one question. The
 *   bare socket, which sends packets made before and reads nothing, comes to 4.2 to 7 times with 64
 *   under way, 8 to 12 us a question. It has no more than 64 under way where the others have 256.
 * - One question at a time is mostly waiting until the server is awake: 1.1 to 2.1 times over UDP, 1.7
 *   to 2.3 over TCP, the bare sockets 4 to 9. A timer of no seconds after each answer, to close what
 *   is idle, was a fifth of it (`resolver/idle_watch.ts`).
 * - A name that the resolver's cache knows takes 1.6 us, a thirtieth.
 * - A quarter or more of a lookup was garbage collection: V8 keeps what a `Map` in constant use has
 *   outgrown (`poller/renewing_map.ts`). Collections take 1 ms now, not 15 to 70.
 * - A socket for each question costs more than everything else together (opening it, its buffer, the
 *   receive that closing it interrupts); sharing one among up to 32 questions of a burst halves a
 *   lookup. So does one timer for all time-outs, and no error object for each miss of hosts file and
 *   cache. Each `async` function on the way costs half a microsecond.
 *
 * @module
 */

import { Resolver as NodeResolver } from "node:dns/promises";
import process from "node:process";
import { PollIOLoop } from "../../ioloop/mod.ts";
import { DenoPlatform } from "../../poller/mod.ts";
import { AF_INET, encodeQuery, StubResolver } from "../../resolver/mod.ts";
import { type NameServer, startServer } from "./name_servers.ts";

/** How many lookups are under way at once. */
const IN_FLIGHT = [1, 64, 256];
/** How many names are asked for again and again where a cache is measured. */
const KNOWN = 64;
/** How long a round of one kind takes, about, in milliseconds. */
const ROUND = 100;
/** How often each kind runs before it counts. */
const WARM_UPS = 6;
/** More are not left under way on a bare socket: what the system drops, it would wait for in vain. */
const BARE_MAX = 64;

/** A kind of lookup: keeps so many under way until there were so many. */
interface Kind {
  readonly name: string;
  readonly run: (inFlight: number, total: number) => Promise<unknown>;
}

/** What a lookup took, in microseconds. */
interface Figures {
  readonly wall: number;
  readonly cpu: number;
}

/** How many names were made. */
let count = 0;

function newName(): string {
  return `name${count++}.bench.test.`;
}

/** One of a few names that come round again and again. */
function knownName(): string {
  return `known${count++ % KNOWN}.bench.test.`;
}

/** Keeps lookups under way: each asks for another name once its own has been answered. */
function keepAsking(
  lookup: (name: string) => Promise<unknown>,
  nextName: () => string = newName,
): Kind["run"] {
  return (inFlight, total) => {
    let left = total;
    async function ask(): Promise<void> {
      while (left-- > 0) await lookup(nextName());
    }
    return Promise.all(Array.from({ length: inFlight }, ask));
  };
}

/** The kinds of lookups at a server; the first is what the others are compared with. */
function kindsFor({ port, isLongOverTCP }: NameServer, loop: PollIOLoop): readonly Kind[] {
  const nameServer = { ipAddr: "127.0.0.1", port };
  const node = new NodeResolver();
  node.setServers([`127.0.0.1:${port}`]);
  const options = { servers: [`127.0.0.1:${port}`], cacheEntries: 0 };
  const udp = new StubResolver(loop, options);
  const tcp = new StubResolver(loop, { ...options, transport: "tcp" });
  const kinds = [
    {
      name: "Deno.resolveDns",
      run: keepAsking((name) => Deno.resolveDns(name, "A", { nameServer })),
    },
    { name: "node:dns", run: keepAsking((name) => node.resolve4(name)) },
    { name: "StubResolver", run: keepAsking((name) => udp.resolve(name, 0, AF_INET)) },
    { name: "bare UDP", run: (inFlight: number, total: number) => askUDP(port, inFlight, total) },
    { name: "StubResolver, TCP", run: keepAsking((name) => tcp.resolve(name, 0, AF_INET)) },
  ];
  if (!isLongOverTCP) return kinds;
  return [...kinds, { name: "bare TCP", run: (...args) => askTCP(port, ...args) }];
}

/** The kinds of lookups of names that were asked for before, with the resolver's cache. */
function kindsWithCache({ port }: NameServer, loop: PollIOLoop): readonly Kind[] {
  const nameServer = { ipAddr: "127.0.0.1", port };
  const resolver = new StubResolver(loop, { servers: [`127.0.0.1:${port}`] });
  return [
    {
      name: "Deno.resolveDns",
      run: keepAsking((name) => Deno.resolveDns(name, "A", { nameServer }), knownName),
    },
    {
      name: "StubResolver",
      run: keepAsking((name) => resolver.resolve(name, 0, AF_INET), knownName),
    },
  ];
}

// -- Bare sockets: packets made before, answers that nobody reads --

const packet = encodeQuery({ name: "name100000.bench.test", type: "A" }, { id: 1 });

async function askUDP(port: number, inFlight: number, total: number): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const to = { transport: "udp", hostname: "127.0.0.1", port } as const;
  const buffer = new Uint8Array(1024);
  let sent = 0;
  for (; sent < Math.min(inFlight, BARE_MAX); sent++) socket.send(packet, to);
  for (let received = 0; received < total; received++) {
    await socket.receive(buffer);
    if (sent++ < total) socket.send(packet, to);
  }
  socket.close();
}

async function askTCP(port: number, inFlight: number, total: number): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const frame = new Uint8Array([0, packet.length, ...packet]);
  const frames = new Uint8Array(frame.length * inFlight);
  for (let i = 0; i < inFlight; i++) frames.set(frame, i * frame.length);
  const buffer = new Uint8Array(65_536);
  let sent = inFlight;
  /** How many bytes of the answer under way are still to come; its length comes first. */
  let rest = 0;
  let high = -1;
  await writeAll(conn, frames);
  for (let received = 0; received < total;) {
    const size = await conn.read(buffer);
    if (size === null) throw new Error("Cannot ask: the server closed the connection");
    let answers = 0;
    for (let at = 0; at < size;) {
      if (rest > 0) {
        const part = Math.min(rest, size - at);
        at += part;
        rest -= part;
        if (rest === 0) answers++;
      } else if (high < 0) high = buffer[at++] as number;
      else {
        rest = high * 256 + (buffer[at++] as number);
        high = -1;
      }
    }
    received += answers;
    const more = Math.min(answers, total - sent);
    sent += more;
    if (more > 0) await writeAll(conn, frames.subarray(0, more * frame.length));
  }
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

// -- Rounds --

async function measure(kind: Kind, inFlight: number, total: number): Promise<Figures> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await kind.run(inFlight, total);
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wall: wall * 1000 / total, cpu: (user + system) / total };
}

/** Warms a kind up; returns how many lookups make a round. */
async function warmUp(kind: Kind, inFlight: number): Promise<number> {
  let total = 2 * inFlight + 50;
  for (let i = 0; i < WARM_UPS; i++) {
    const { wall } = await measure(kind, inFlight, total);
    total = Math.max(2 * inFlight, Math.round(ROUND * 1000 / wall));
  }
  return total;
}

async function compare(kinds: readonly Kind[], inFlight: number, rounds: number): Promise<void> {
  const totals: number[] = [];
  for (const kind of kinds) totals.push(await warmUp(kind, inFlight));
  const runs: Figures[][] = kinds.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, kind] of kinds.entries()) {
      runs[i]?.push(await measure(kind, inFlight, totals[i] as number));
    }
  }
  for (const [i, { name }] of kinds.entries()) {
    const [wall, cpu] = (["wall", "cpu"] as const).map((key) => {
      const ours = runs[i]?.map((figures) => figures[key]) ?? [];
      const ratios = ours.map((each, round) => (runs[0]?.[round]?.[key] as number) / each);
      return `${median(ours).toFixed(1).padStart(6)} us ${key} (${median(ratios).toFixed(2)})`;
    });
    console.log(`  ${name.padEnd(18)} ${wall} ${cpu}`);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

const rounds = Number(Deno.args.find((arg) => arg.startsWith("--rounds="))?.slice(9) ?? 7);
const names = Deno.args.filter((arg) => !arg.startsWith("--"));
const loop = new PollIOLoop(new DenoPlatform());
loop.start();
for (const name of names.length > 0 ? names : ["deno", "unbound", "dnsmasq"]) {
  await using server = await startServer(name);
  if (server === null) {
    console.log(`${name}: not installed`);
    continue;
  }
  for (const inFlight of IN_FLIGHT.filter((number) => number <= server.atOnceMax)) {
    console.log(`${name}, ${inFlight} under way`);
    await compare(kindsFor(server, loop), inFlight, rounds);
  }
  console.log(`${name}, names asked before, ${KNOWN} under way`);
  await compare(kindsWithCache(server, loop), KNOWN, rounds);
}
// What node:dns keeps open would hold the process.
Deno.exit();
