/**
 * The base class of protocols over datagrams with one peer.
 *
 * @module
 */

import type {
  IConnectedDatagramProtocol,
  IUNIXDatagramConnectedTransport,
} from "../interfaces/reactor_unix_datagram.ts";
import { DatagramProtocol } from "./datagram_protocol.ts";

/**
 * Sends datagrams to one peer and receives its answers: subclass it and override the methods for what
 * you want to hear.
 *
 * Twisted: `ConnectedDatagramProtocol` (`internet/protocol.py`, 24.7).
 */
export class ConnectedDatagramProtocol
  extends DatagramProtocol<IUNIXDatagramConnectedTransport, void>
  implements IConnectedDatagramProtocol {}
