/**
 * What the ready-made protocols do on connections, on every reactor.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  ClientFactory,
  type Protocol,
  type ReactorBase,
  ServerFactory,
} from "../../reactor/mod.ts";
import { clientCases } from "./protocols_client_cases.ts";
import { forwardCases } from "./protocols_forward_cases.ts";
import { lineCases } from "./protocols_line_cases.ts";
import { runGuarded, type TCPContractOptions } from "./tcp_contract.ts";

/** One test's share. */
export interface ProtocolsCase {
  /** A fresh reactor that runs; it is stopped after the test. */
  readonly reactor: ReactorBase;
  /** What happened, in order. */
  readonly log: string[];
  /** Listens on a free port of 127.0.0.1, until the test ends. */
  listen(factory: ServerFactory): number;
  /** Connects a protocol to a port of 127.0.0.1. */
  connect(port: number, protocol: Protocol): void;
}

/** Registers a case. */
export type ProtocolsSuite = (
  name: string,
  body: (test: ProtocolsCase) => void | Promise<void>,
) => void;

/** Registers the suite for one kind of reactor in one kind of world. */
export function protocolsContract({ test, world, label, make }: TCPContractOptions): void {
  const suite: ProtocolsSuite = (title, body) => {
    test(
      `${title} (${label}, ${world.name})`,
      () =>
        world.run(async (run) => {
          const { reactor, close } = make(run.platform, {});
          try {
            await runGuarded(reactor, () => runCase(reactor, body));
            assertEquals(reactor.getReaders(), [], "readers are left");
            assertEquals(reactor.getWriters(), [], "writers are left");
            assertEquals(reactor.getDelayedCalls().map(String), [], "delayed calls are left");
          } finally {
            close();
          }
        }),
    );
  };
  clientCases(suite);
  forwardCases(suite);
  lineCases(suite);
}

async function runCase(
  reactor: ReactorBase,
  body: (test: ProtocolsCase) => void | Promise<void>,
): Promise<void> {
  const ports: ReturnType<ReactorBase["listenTCP"]>[] = [];
  await body({
    reactor,
    log: [],
    listen(factory) {
      const port = reactor.listenTCP(0, factory, { interface: "127.0.0.1" });
      ports.push(port);
      return port.getHost().port;
    },
    connect(port, protocol) {
      reactor.connectTCP("127.0.0.1", port, new OneClient(protocol));
    },
  });
  for (const port of ports) await port.stopListening();
  await quiet(reactor);
}

/** Waits until what closes is closed: the suite then asserts that it is. */
async function quiet(reactor: ReactorBase): Promise<void> {
  for (let pass = 0; pass < 1_000; pass++) {
    if (reactor.getReaders().length + reactor.getWriters().length === 0) return;
    await new Promise<void>((resolve) => void reactor.callLater(0.001, resolve));
  }
}

/** A factory for the one protocol that it is given. */
class OneClient extends ClientFactory {
  readonly #protocol: Protocol;
  constructor(protocol: Protocol) {
    super();
    this.#protocol = protocol;
  }
  override buildProtocol(): Protocol {
    return this.#protocol;
  }
}

/** A factory that makes protocols by a function. */
export class Making extends ServerFactory {
  readonly #make: () => Protocol;
  constructor(make: () => Protocol) {
    super();
    this.#make = make;
  }
  override buildProtocol(): Protocol {
    return this.#make();
  }
}
