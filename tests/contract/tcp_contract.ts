/**
 * What TCP does on every reactor, on whatever it stands: the behaviours that Twisted's own tests
 * assert (`TCP`, `OTCP`, `CMIX`), and the traps of a port.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Platform } from "../../poller/mod.ts";
import type { ReactorBase, ReactorOptions, TLSContextSource } from "../../reactor/mod.ts";
import { abortCases } from "./tcp_abort_cases.ts";
import { addressCases } from "./tcp_address_cases.ts";
import { bulkCases } from "./tcp_bulk_cases.ts";
import { connectorCases } from "./tcp_connector_cases.ts";
import { halfCloseCases } from "./tcp_half_close_cases.ts";
import { hookCases } from "./tcp_hook_cases.ts";
import { lossCases } from "./tcp_loss_cases.ts";
import { RecordingClients, RecordingServers, type RecordingSetup } from "./tcp_recorders.ts";
import { keepingCases } from "./tcp_keeping_cases.ts";
import { portCases } from "./tcp_port_cases.ts";
import { transferCases } from "./tcp_transfer_cases.ts";
import type { TestFunction, World, WorldRun } from "./world.ts";

/** A reactor with TCP, and how to get rid of what it stands on. */
export interface MadeTCPReactor {
  /** The reactor. */
  readonly reactor: ReactorBase;
  /** Closes the loops below. */
  close(): void;
}

/** What to test, and where. */
export interface TCPContractOptions {
  /** Registers a test. */
  readonly test: TestFunction;
  /** Where the tests run. */
  readonly world: World;
  /** Stands in the names of tests. */
  readonly label: string;
  /** What to begin TLS with on both sides of each connection; by default TLS is not begun. */
  readonly tls?: {
    /** The server's side. */
    readonly server: TLSContextSource;
    /** The client's side. */
    readonly client: TLSContextSource;
  };
  /** The beginnings of the titles of tests that are left out. */
  readonly except?: readonly string[];
  /** Makes a reactor, and the loops below it. */
  make(platform: Platform, options: ReactorOptions): MadeTCPReactor;
}

/** One test's share. */
export interface TCPCase {
  /** A fresh reactor that runs; it is stopped after the test. */
  readonly reactor: ReactorBase;
  /** Where it lives. */
  readonly platform: Platform;
  /** The test's share of the world. */
  readonly world: WorldRun;
  /** Whether time passes by itself. */
  readonly isReal: boolean;
  /** What happened, in order. */
  readonly log: string[];
  /** Listens on a free port of 127.0.0.1; what its protocols are told goes to the log. */
  serve(setup?: RecordingSetup): RecordingServers;
  /** Connects to a port of 127.0.0.1; what its protocols are told goes to the log. */
  connect(port: number | RecordingServers, setup?: RecordingSetup): RecordingClients;
  /** Connects one client to a fresh server and waits for both. */
  pair(server?: RecordingSetup, client?: RecordingSetup): Promise<ConnectedPair>;
  /** Waits until the reactor has made some passes. */
  passes(count?: number): Promise<void>;
}

/** A client and a server that are connected. */
export interface ConnectedPair {
  /** The client's protocols. */
  readonly clients: RecordingClients;
  /** The server's protocols. */
  readonly servers: RecordingServers;
  /** The client's protocol. */
  readonly client: RecordingClients["protocols"][number];
  /** The server's protocol. */
  readonly server: RecordingServers["protocols"][number];
}

/** Registers a case. */
export type TCPSuite = (name: string, body: (test: TCPCase) => void | Promise<void>) => void;

/** Long enough for everything but a hang, in seconds. */
const GUARD = 30;

/** Makes what registers cases over one kind of reactor in one kind of world. */
export function tcpSuite(options: TCPContractOptions): TCPSuite {
  const { test, world, label, make, tls = null, except = [] } = options;
  return (title, body) => {
    if (except.some((beginning) => title.startsWith(beginning))) return;
    test(
      `${title} (${label}, ${world.name})`,
      () =>
        world.run(async (run) => {
          const { reactor, close } = make(run.platform, {});
          try {
            await runGuarded(reactor, () => body(makeCase(reactor, run, world.isReal, tls)));
            assertEquals(reactor.getReaders(), [], "readers are left");
            assertEquals(reactor.getWriters(), [], "writers are left");
            assertEquals(reactor.getDelayedCalls().map(String), [], "delayed calls are left");
          } finally {
            close();
          }
        }),
    );
  };
}

/** Registers the suite for one kind of reactor in one kind of world. */
export function tcpContract(options: TCPContractOptions): void {
  const { world, label, tls } = options;
  const suite = tcpSuite(options);
  transferCases(suite);
  connectorCases(suite);
  portCases(suite);
  addressCases(suite);
  abortCases(suite);
  halfCloseCases(suite);
  lossCases(suite);
  hookCases(suite);
  keepingCases(suite);
  // Towers share the transports; what is left behind shows in fewer connections.
  bulkCases(
    suite,
    tls !== undefined ? 200 : world.isReal && label === "PollReactor" ? 10_000 : 1_000,
  );
}

/** Runs a reactor for as long as a body takes; fails if that is absurdly long. */
export async function runGuarded(
  reactor: ReactorBase,
  body: () => void | Promise<void>,
): Promise<void> {
  const running = reactor.run({ installSignalHandlers: false });
  const { promise: hang, reject } = Promise.withResolvers<never>();
  const guard = reactor.callLater(GUARD, () => reject(new Error("The test hangs")));
  try {
    await Promise.race([body(), hang]);
  } finally {
    if (guard.active()) guard.cancel();
    if (reactor.running) reactor.stop();
    await running;
  }
}

function makeCase(
  reactor: ReactorBase,
  world: WorldRun,
  isReal: boolean,
  tls: NonNullable<TCPContractOptions["tls"]> | null,
): TCPCase {
  const log: string[] = [];
  const hold: TCPCase = {
    reactor,
    platform: world.platform,
    world,
    isReal,
    log,
    serve(setup = {}) {
      const servers = new RecordingServers(log, { name: "server", ...setup });
      const { backlog = 50 } = setup;
      const options = { interface: "127.0.0.1", backlog };
      servers.port = tls === null
        ? reactor.listenTCP(0, servers, options)
        : reactor.listenSSL(0, servers, tls.server, options);
      return servers;
    },
    connect(port, setup = {}) {
      const clients = new RecordingClients(log, { name: "client", ...setup });
      const number = typeof port === "number" ? port : port.port.getHost().port;
      clients.connector = tls === null
        ? reactor.connectTCP("127.0.0.1", number, clients)
        : reactor.connectSSL("127.0.0.1", number, clients, tls.client);
      return clients;
    },
    async pair(server = {}, client = {}) {
      const servers = hold.serve(server);
      const clients = hold.connect(servers, client);
      const made = { client: await clients.next(), server: await servers.next() };
      if (tls !== null) await Promise.all([made.client.secured, made.server.secured]);
      return { clients, servers, ...made };
    },
    async passes(count = 3) {
      for (let pass = 0; pass < count; pass++) {
        await new Promise<void>((resolve) => void reactor.callLater(0, resolve));
      }
    },
  };
  return hold;
}
