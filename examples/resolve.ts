/**
 * Looks a name up and shows how the answer was found.
 *
 *     deno run --unstable-net --allow-net --allow-read=/etc examples/resolve.ts example.com
 *     deno run --unstable-net --allow-net examples/resolve.ts example.test --server 127.0.0.1:5300
 *
 * Without `--server` it asks the servers of the system's `resolv.conf`.
 *
 * @module
 */

import { PollIOLoop } from "../ioloop/mod.ts";
import { DenoPlatform } from "../poller/mod.ts";
import {
  AF_INET,
  type AnswerSource,
  createStubResolver,
  DNSLookupError,
  type HostLookup,
  type LookupStep,
  StubResolver,
} from "../resolver/mod.ts";

const USAGE = "usage: resolve.ts NAME [--server ADDRESS[:PORT]]...";

/** What the command line asks for; `null` if it makes no sense. */
function readArguments(args: readonly string[]): { name: string; servers: string[] } | null {
  const names: string[] = [];
  const servers: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] as string;
    if (argument === "--server") {
      const server = args[++i];
      if (server === undefined) return null;
      servers.push(server);
    } else if (argument.startsWith("-")) {
      return null;
    } else {
      names.push(argument);
    }
  }
  const [name] = names;
  return name === undefined || names.length > 1 ? null : { name, servers };
}

function describeSource(source: AnswerSource | null): string {
  if (source === null) return "nobody";
  if (source.kind !== "server") return source.kind;
  const { hostname, port } = source.server;
  return `${hostname} port ${port} over ${source.transport.toUpperCase()}`;
}

function describeStep(step: LookupStep): string {
  const type = step.family === AF_INET ? "A" : "AAAA";
  const way = [step.name, ...step.aliases].join(" -> ");
  const end = step.failure === null ? "" : ` (${step.failure.code})`;
  return `  ${type.padEnd(4)} ${way} from ${describeSource(step.source)}${end}`;
}

function print({ addresses, path }: HostLookup): void {
  for (const { address, ttl } of addresses) {
    console.log(ttl === Infinity ? address : `${address} for ${ttl} s`);
  }
  console.log("path:");
  for (const step of path) console.log(describeStep(step));
}

const request = readArguments(Deno.args);
if (request === null) {
  console.error(USAGE);
  Deno.exit(2);
}

const loop = new PollIOLoop(new DenoPlatform());
let resolver: StubResolver;
try {
  resolver = request.servers.length > 0
    ? new StubResolver(loop, { servers: request.servers })
    : createStubResolver(loop);
} catch (error) {
  console.error(`${(error as Error).message}\n${USAGE}`);
  Deno.exit(2);
}

await loop.runSync(async () => {
  try {
    print(await resolver.lookup(request.name));
  } catch (error) {
    if (!(error instanceof DNSLookupError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    Deno.exitCode = 1;
  }
});
resolver.close();
loop.close();
