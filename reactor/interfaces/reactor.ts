/**
 * All that a reactor of this package can do.
 *
 * @module
 */

import type { Platform } from "../../poller/platform.ts";
import type { IReactorCore } from "./reactor_core.ts";
import type { IReactorEventSet } from "./reactor_event_set.ts";
import type { IReactorFDSet } from "./reactor_fdset.ts";
import type { IReactorMulticast } from "./reactor_multicast.ts";
import type { IReactorProcess } from "./reactor_process.ts";
import type { IReactorSSL } from "./reactor_ssl.ts";
import type { IReactorTCP } from "./reactor_tcp.ts";
import type { IReactorThreads } from "./reactor_threads.ts";
import type { IReactorTime } from "./reactor_time.ts";
import type { IReactorUDP } from "./reactor_udp.ts";
import type { IReactorUNIX } from "./reactor_unix.ts";
import type { IReactorUNIXDatagram } from "./reactor_unix_datagram.ts";

/**
 * A whole reactor. Ask for the smallest interface that you need: most code needs
 * {@linkcode IReactorTime} only.
 */
export interface IReactor
  extends
    IReactorCore,
    IReactorTime,
    IReactorFDSet,
    IReactorEventSet,
    IReactorThreads,
    IReactorMulticast,
    IReactorProcess,
    IReactorTCP,
    IReactorSSL,
    IReactorUDP,
    IReactorUNIX,
    IReactorUNIXDatagram {
  /**
   * The world that the loop at the bottom of the tower runs in. Everything on top shares it, and
   * only that loop polls its poller.
   */
  readonly platform: Platform;
  /**
   * Removes all readers and writers and tells each that its connection is lost; then all ports and
   * connections that were paused. An error of one is logged and the rest are told.
   *
   * Twisted: `ReactorBase.disconnectAll` (`internet/base.py`, 24.7).
   */
  disconnectAll(): void;
}
