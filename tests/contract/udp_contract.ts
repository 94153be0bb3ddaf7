/**
 * What UDP does on every reactor, on whatever it stands: the behaviours that Twisted's own tests
 * assert (`UDP`, `UDPI`, `OUDP`).
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Platform } from "../../poller/mod.ts";
import type { LogEvent, ReactorBase, UDPPort } from "../../reactor/mod.ts";
import { multicastPortCases } from "./multicast_port_cases.ts";
import { runGuarded, type TCPContractOptions } from "./tcp_contract.ts";
import { connectedCases } from "./udp_connected_cases.ts";
import { udpErrorCases } from "./udp_error_cases.ts";
import { udpPortCases } from "./udp_port_cases.ts";
import { RecordingDatagrams, type RecordingDatagramsSetup } from "./udp_recorders.ts";

/** One test's share. */
export interface UDPCase {
  /** A fresh reactor that runs; it is stopped after the test. */
  readonly reactor: ReactorBase;
  /** Where it lives. */
  readonly platform: Platform;
  /** What happened, in order. */
  readonly log: string[];
  /** Opens a free port of 127.0.0.1, or of another interface. */
  open(setup?: RecordingDatagramsSetup): OpenedPort;
  /** Waits until the reactor has made some passes. */
  passes(count?: number): Promise<void>;
  /** Returns what the reactor logged of a level so far and forgets everything. */
  takeLogged(level: LogEvent["level"]): LogEvent[];
}

/** A port and its protocol. */
export interface OpenedPort {
  /** The protocol. */
  readonly protocol: RecordingDatagrams;
  /** The port. */
  readonly port: UDPPort;
  /** Stops the port and waits until its address is free. */
  stop(): Promise<void>;
}

/** Registers a case. */
export type UDPSuite = (name: string, body: (test: UDPCase) => void | Promise<void>) => void;

/** Registers the suite for one kind of reactor in one kind of world. */
export function udpContract({ test, world, label, make }: TCPContractOptions): void {
  const suite: UDPSuite = (title, body) => {
    test(
      `${title} (${label}, ${world.name})`,
      () =>
        world.run(async (run) => {
          const logged: LogEvent[] = [];
          const { reactor, close } = make(run.platform, {
            logObserver: (event) => void logged.push(event),
          });
          try {
            await runGuarded(reactor, () => body(makeCase(reactor, run.platform, logged)));
            assertEquals(reactor.getReaders(), [], "readers are left");
            assertEquals(reactor.getWriters(), [], "writers are left");
            assertEquals(logged.filter(({ level }) => level === "error"), [], "errors are logged");
          } finally {
            close();
          }
        }),
    );
  };
  udpPortCases(suite);
  connectedCases(suite);
  udpErrorCases(suite);
  multicastPortCases(suite);
}

function makeCase(reactor: ReactorBase, platform: Platform, logged: LogEvent[]): UDPCase {
  const log: string[] = [];
  return {
    reactor,
    platform,
    log,
    open(setup = {}) {
      const protocol = new RecordingDatagrams(log, { name: "port", ...setup });
      const { port = 0, interface: host = "127.0.0.1", maxPacketSize = 8192 } = setup;
      const listening = reactor.listenUDP(port, protocol, { interface: host, maxPacketSize });
      return {
        protocol,
        port: listening,
        async stop() {
          const stopped = listening.stopListening();
          assert(stopped !== null);
          await stopped;
        },
      };
    },
    async passes(count = 3) {
      for (let pass = 0; pass < count; pass++) {
        await new Promise<void>((resolve) => void reactor.callLater(0, resolve));
      }
    },
    takeLogged: (level) => logged.splice(0).filter((event) => event.level === level),
  };
}
