/**
 * Runs a reactor of ours and a program on Twisted beside each other.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  clientFromString,
  ConnectionDone,
  connectProtocol,
  type Failure,
  type IListeningPort,
  type IProtocol,
  type IPv4Address,
  type LogEvent,
  type ReactorBase,
  ServerFactory,
  serverFromString,
} from "../../reactor/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { runGuarded } from "../contract/tcp_contract.ts";
import { type ReactorKind, REACTORS } from "../reactor/reactors.ts";
import { NO_TWISTED, TwistedPeer } from "./twisted_peer.ts";

/** What came of a connection with a program on Twisted. */
export interface Talk {
  /** What the program printed. */
  readonly lines: readonly string[];
  /** Why our side lost the connection. */
  readonly reason: Error;
}

/** One test's share. */
export interface TwistedRun {
  /** A fresh reactor that runs. */
  readonly reactor: ReactorBase;
  /** What happened, in order; for the test to write. */
  readonly log: string[];
  /** Connects a protocol to a program that serves one connection; waits for the end of both. */
  ask(program: string, protocol: IProtocol, ...args: readonly string[]): Promise<Talk>;
  /** Serves one connection of a program with a protocol; waits for the end of both. */
  serve(program: string, protocol: IProtocol, ...args: readonly string[]): Promise<Talk>;
}

/** What carries the connections: both sides are given the same descriptions of endpoints. */
interface Carrier {
  readonly label: string;
  /** Where to listen. */
  server(folder: string): string;
  /** Where to connect, if the server has this port. */
  client(folder: string, port: number): string;
}

const TCP: Carrier = {
  label: "TCP",
  server: () => "tcp:0:interface=127.0.0.1",
  client: (_folder, port) => `tcp:127.0.0.1:${port}`,
};
const UNIX: Carrier = {
  label: "UNIX",
  server: (folder) => `unix:${folder}/socket`,
  client: (folder) => `unix:${folder}/socket`,
};

/** The reactor on the platform. */
const BOTTOM: readonly ReactorKind[] = REACTORS.slice(0, 1);
/** And one on a tower. */
const TOWERS: readonly ReactorKind[] = REACTORS.filter((kind) =>
  BOTTOM.includes(kind) || kind.label === "TornadoReactor(TwistedIOLoop(PollReactor))"
);

/**
 * Registers a test for the reactor on the platform, and for one on a tower of loops.
 *
 * @param name What is tested.
 * @param body The test; it fails, too, if the reactor logs an error or anything is left behind.
 */
export function towerTest(name: string, body: (run: TwistedRun) => Promise<void>): void {
  for (const kind of TOWERS) register(name, kind, TCP, body);
}

/**
 * Registers a test like {@linkcode towerTest}, and for UNIX streams, too.
 *
 * @param name What is tested.
 * @param body The test; it fails, too, if the reactor logs an error or anything is left behind.
 */
export function streamTest(name: string, body: (run: TwistedRun) => Promise<void>): void {
  towerTest(name, body);
  for (const kind of BOTTOM) register(name, kind, UNIX, body);
}

/**
 * Registers a test for the reactor on the platform.
 *
 * @param name What is tested.
 * @param body The test; it fails, too, if the reactor logs an error or anything is left behind.
 */
export function twistedTest(name: string, body: (run: TwistedRun) => Promise<void>): void {
  for (const kind of BOTTOM) register(name, kind, TCP, body);
}

function register(
  name: string,
  { label, make }: ReactorKind,
  carrier: Carrier,
  body: (run: TwistedRun) => Promise<void>,
): void {
  Deno.test({
    name: `${name} (${label}, ${carrier.label})`,
    ignore: NO_TWISTED !== null,
    fn: () =>
      new DenoWorld().run(async ({ platform }) => {
        const logged: LogEvent[] = [];
        const { reactor, close } = make(platform, { logObserver: (event) => logged.push(event) });
        const folder = await Deno.makeTempDir();
        try {
          await runGuarded(reactor, () => body(makeRun(reactor, carrier, folder)));
          assertEquals(logged.filter(({ level }) => level !== "info"), [], "errors were logged");
          assertEquals(reactor.getReaders(), [], "readers are left");
          assertEquals(reactor.getDelayedCalls().map(String), [], "delayed calls are left");
        } finally {
          close();
          await Deno.remove(folder, { recursive: true });
        }
      }),
  });
}

function makeRun(reactor: ReactorBase, carrier: Carrier, folder: string): TwistedRun {
  return {
    reactor,
    log: [],
    async ask(program, protocol, ...args) {
      await using peer = new TwistedPeer(program, "server", carrier.server(folder), ...args);
      const place = carrier.client(folder, await peer.port());
      const reason = lossOf(protocol);
      await connectProtocol(clientFromString(reactor, place), protocol);
      return { reason: await reason, lines: await peer.rest() };
    },
    async serve(program, protocol, ...args) {
      const reason = lossOf(protocol);
      const endpoint = serverFromString(reactor, carrier.server(folder));
      const port = await endpoint.listen(new OneFactory(protocol));
      try {
        const place = carrier.client(folder, portOf(port));
        await using peer = new TwistedPeer(program, "client", place, ...args);
        const lines = await peer.rest();
        return { lines, reason: await reason };
      } finally {
        await port.stopListening();
      }
    },
  };
}

/** The number of a port; 0 if it has none. */
function portOf(port: IListeningPort): number {
  const host = port.getHost();
  return host.family === "IPv4" ? (host as IPv4Address).port : 0;
}

class OneFactory extends ServerFactory {
  readonly #protocol: IProtocol;

  constructor(protocol: IProtocol) {
    super();
    this.#protocol = protocol;
  }

  override buildProtocol(): IProtocol {
    return this.#protocol;
  }
}

/** Waits for the loss of a protocol's connection. */
function lossOf(protocol: IProtocol): Promise<Error> {
  return new Promise((resolve) => {
    const hear = protocol.connectionLost;
    protocol.connectionLost = (reason: Failure) => {
      hear.call(protocol, reason);
      resolve(reason.value as Error);
    };
  });
}

/**
 * Asserts that a connection ended cleanly on both sides.
 *
 * @param talk What came of it.
 * @returns The lines that the program printed before.
 */
export function linesOfClean({ lines, reason }: Talk): string[] {
  assertEquals(reason.constructor, ConnectionDone, String(reason));
  assertEquals(lines.at(-1), "LOST ConnectionDone");
  return lines.slice(0, -1);
}
