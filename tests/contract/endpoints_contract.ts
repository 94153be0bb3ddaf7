/**
 * What endpoints and the resolvers of a reactor do, on every reactor.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { LogEvent, ReactorBase } from "../../reactor/mod.ts";
import { endpointAttemptCases } from "./endpoint_attempt_cases.ts";
import { endpointHostnameCases, endpointSilenceCases } from "./endpoint_hostname_cases.ts";
import { endpointTCPCases } from "./endpoint_tcp_cases.ts";
import { reactorResolverCases } from "./reactor_resolver_cases.ts";
import { RecordingServers, type RecordingSetup } from "./tcp_recorders.ts";
import { runGuarded, type TCPContractOptions } from "./tcp_contract.ts";

/** One test's share. */
export interface EndpointCase {
  /** A fresh reactor that runs; it is stopped after the test. */
  readonly reactor: ReactorBase;
  /** What happened, in order. */
  readonly log: string[];
  /** What the reactor logged beside "info". */
  readonly events: LogEvent[];
  /** Whether time passes by itself. */
  readonly isReal: boolean;
  /** Listens on a free port; what its protocols are told goes to the log if there is a name. */
  serve(setup?: RecordingSetup, host?: string): RecordingServers;
  /** Returns a port of 127.0.0.1 on which nobody listens. */
  deadPort(): Promise<number>;
}

/** Registers a case. */
export type EndpointSuite = (
  name: string,
  body: (test: EndpointCase) => void | Promise<void>,
) => void;

/** Registers the suite for one kind of reactor in one kind of world. */
export function endpointsContract({ test, world, label, make }: TCPContractOptions): void {
  const suite: EndpointSuite = (title, body) => {
    test(
      `${title} (${label}, ${world.name})`,
      () =>
        world.run(async (run) => {
          const events: LogEvent[] = [];
          const { reactor, close } = make(run.platform, {
            logObserver: (event) => {
              if (event.level !== "info") events.push(event);
            },
          });
          try {
            await runGuarded(reactor, () => body(makeCase(reactor, events, world.isReal)));
            assertEquals(reactor.getReaders(), [], "readers are left");
            assertEquals(reactor.getWriters(), [], "writers are left");
            assertEquals(reactor.getDelayedCalls().map(String), [], "delayed calls are left");
          } finally {
            close();
          }
        }),
    );
  };
  reactorResolverCases(suite);
  endpointAttemptCases(suite);
  endpointTCPCases(suite);
  endpointHostnameCases(suite);
  if (!world.isReal) endpointSilenceCases(suite);
}

function makeCase(reactor: ReactorBase, events: LogEvent[], isReal: boolean): EndpointCase {
  const log: string[] = [];
  const hold: EndpointCase = {
    reactor,
    log,
    events,
    isReal,
    serve(setup = {}, host = "127.0.0.1") {
      const servers = new RecordingServers(setup.name === undefined ? [] : log, {
        name: "",
        ...setup,
      });
      servers.port = reactor.listenTCP(0, servers, { interface: host });
      return servers;
    },
    async deadPort() {
      const servers = hold.serve();
      const { port } = servers.port.getHost();
      await servers.stop();
      log.length = 0;
      return port;
    },
  };
  return hold;
}
