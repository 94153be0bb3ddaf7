/**
 * What a `MemoryReactor` remembers of what it was asked for.
 *
 * @module
 */

import type {
  IMulticastTransport,
  ListenMulticastOptions,
} from "../interfaces/reactor_multicast.ts";
import type { IClientFactory, IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { IProcessProtocol, SpawnProcessOptions } from "../interfaces/reactor_process.ts";
import type { ConnectTCPOptions, ListenTCPOptions } from "../interfaces/reactor_tcp.ts";
import type { IDatagramProtocol, ListenUDPOptions } from "../interfaces/reactor_udp.ts";
import type { ConnectUNIXOptions, ListenUNIXOptions } from "../interfaces/reactor_unix.ts";
import type {
  ConnectUNIXDatagramOptions,
  ListenUNIXDatagramOptions,
} from "../interfaces/reactor_unix_datagram.ts";
import type { TLSContextSource } from "../interfaces/tls.ts";
import type { UNIXAddress } from "../net/address.ts";
import type { MemoryConnector } from "./memory_connector.ts";
import type { MemoryUDPPort } from "./memory_datagram_port.ts";
import type { MemoryPort } from "./memory_port.ts";
import type { MemoryProcess } from "./memory_process.ts";
import type {
  MemoryConnectedUNIXDatagramPort,
  MemoryUNIXDatagramPort,
} from "./memory_unix_datagram_port.ts";

/** An attempt that was made with `connectTCP`. */
export interface MemoryClient {
  /** The host. */
  readonly host: string;
  /** The port, or the name of a service, as it was asked for. */
  readonly port: number | string;
  /** The factory. */
  readonly factory: IClientFactory;
  /** The time-out and the local address. */
  readonly options: ConnectTCPOptions;
  /** What was returned. */
  readonly connector: MemoryConnector;
}

/** An attempt that was made with `connectSSL`. */
export interface MemorySSLClient extends MemoryClient {
  /** What TLS is begun with. */
  readonly source: TLSContextSource;
}

/** An attempt that was made with `connectUNIX`. */
export interface MemoryUNIXClient {
  /** The path. */
  readonly address: string;
  /** The factory. */
  readonly factory: IClientFactory;
  /** The time-out, and whether to look for the lock. */
  readonly options: ConnectUNIXOptions;
  /** What was returned. */
  readonly connector: MemoryConnector;
}

/** A port that was opened with `listenTCP`. */
export interface MemoryServer {
  /** The port that was asked for. */
  readonly port: number;
  /** The factory. */
  readonly factory: IProtocolFactory;
  /** The backlog and the interface. */
  readonly options: ListenTCPOptions;
  /** What was returned. */
  readonly listeningPort: MemoryPort;
}

/** A port that was opened with `listenSSL`. */
export interface MemorySSLServer extends MemoryServer {
  /** What TLS is begun with. */
  readonly source: TLSContextSource;
}

/** A port that was opened with `listenUNIX`. */
export interface MemoryUNIXServer {
  /** The path. */
  readonly address: string;
  /** The factory. */
  readonly factory: IProtocolFactory;
  /** The backlog, the mode of the file, and whether to hold a lock. */
  readonly options: ListenUNIXOptions;
  /** What was returned. */
  readonly listeningPort: MemoryPort<UNIXAddress>;
}

/** A port that was opened with `listenUDP` or `listenMulticast`. */
export interface MemoryUDPServer {
  /** The port that was asked for. */
  readonly port: number;
  /** The protocol. */
  readonly protocol: IDatagramProtocol | IDatagramProtocol<IMulticastTransport>;
  /** The interface, the longest payload, and whether to share the port. */
  readonly options: ListenUDPOptions & ListenMulticastOptions;
  /** What was returned. */
  readonly listeningPort: MemoryUDPPort;
}

/** A port that was opened with `listenUNIXDatagram` or `connectUNIXDatagram`. */
export interface MemoryUNIXDatagramRecord {
  /** The path. */
  readonly address: string;
  /** The longest payload, the mode of the file, and the path of this end. */
  readonly options: ListenUNIXDatagramOptions & ConnectUNIXDatagramOptions;
  /** What was returned. */
  readonly listeningPort: MemoryUNIXDatagramPort | MemoryConnectedUNIXDatagramPort;
}

/** A child that was started with `spawnProcess`. */
export interface MemoryChild {
  /** The protocol. */
  readonly protocol: IProcessProtocol;
  /** The program. */
  readonly executable: string;
  /** How it was started. */
  readonly options: SpawnProcessOptions;
  /** What was returned. */
  readonly transport: MemoryProcess;
}
