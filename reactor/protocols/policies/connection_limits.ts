/**
 * Limits on how many connections there are.
 *
 * @module
 */

import type { IAddress } from "../../interfaces/address.ts";
import type { IProtocol } from "../../interfaces/protocol.ts";
import { type ProtocolClass, ServerFactory } from "../factory.ts";
import { type IWrappingFactory, ProtocolWrapper } from "./protocol_wrapper.ts";
import { WrappingFactory } from "./wrapping_factory.ts";

/** How many connections a peer may have unless told otherwise (Twisted's value). */
const PER_PEER_MAX = 5;

/**
 * Refuses connections from a host that has too many already.
 *
 * Twisted: `LimitConnectionsByPeer` (`protocols/policies.py`, 24.7).
 */
export class LimitConnectionsByPeer extends WrappingFactory {
  /**
   * How many connections a host may have.
   *
   * @default {5}
   */
  maxConnectionsPerPeer: number = PER_PEER_MAX;
  /** How many connections each host has. */
  readonly peerConnections: Map<string, number> = new Map();
  readonly #hosts = new WeakMap<ProtocolWrapper, string>();

  /**
   * Wraps what the wrapped factory makes, if its host has not too many.
   *
   * @param address The address of the other end.
   * @returns The wrapper, or `null` to refuse the connection.
   */
  override buildProtocol(address: IAddress): ProtocolWrapper | null {
    const host = hostOf(address);
    const count = this.peerConnections.get(host) ?? 0;
    if (count >= this.maxConnectionsPerPeer) return null;
    const protocol = super.buildProtocol(address);
    if (protocol === null) return null;
    this.#hosts.set(protocol, host);
    this.peerConnections.set(host, count + 1);
    return protocol;
  }

  /**
   * Forgets a wrapper.
   *
   * @param protocol The wrapper.
   */
  override unregisterProtocol(protocol: ProtocolWrapper): void {
    super.unregisterProtocol(protocol);
    const host = this.#hosts.get(protocol) as string;
    const count = (this.peerConnections.get(host) ?? 1) - 1;
    if (count > 0) this.peerConnections.set(host, count);
    else this.peerConnections.delete(host);
  }
}

/**
 * Refuses connections when there are too many already, or lets another protocol answer them.
 *
 * Twisted: `LimitTotalConnectionsFactory` (`protocols/policies.py`, 24.7).
 */
export class LimitTotalConnectionsFactory extends ServerFactory implements IWrappingFactory {
  /** How many connections there are, those of the overflow included. */
  connectionCount = 0;
  /**
   * How many connections there may be; `null` for any number.
   *
   * @default {null}
   */
  connectionLimit: number | null = null;
  /**
   * The class that answers connections over the limit; `null` to refuse them.
   *
   * @default {null}
   */
  overflowProtocol: ProtocolClass | null = null;

  /**
   * Makes a protocol, of the class of the overflow if there are too many.
   *
   * @param address The address of the other end.
   * @returns The protocol in a wrapper, or `null` to refuse the connection.
   */
  override buildProtocol(address: IAddress): ProtocolWrapper | null {
    const { connectionLimit } = this;
    const isOver = connectionLimit !== null && this.connectionCount >= connectionLimit;
    const protocol = isOver ? this.#buildOverflow() : super.buildProtocol(address);
    if (protocol === null) return null;
    this.connectionCount++;
    return new ProtocolWrapper(this, protocol);
  }

  /** Does nothing: what is built is counted. */
  registerProtocol(): void {}

  /** Counts one less. */
  unregisterProtocol(): void {
    this.connectionCount--;
  }

  #buildOverflow(): IProtocol | null {
    if (this.overflowProtocol === null) return null;
    const protocol = new this.overflowProtocol();
    if ("factory" in protocol) protocol.factory = this;
    return protocol;
  }
}

function hostOf(address: IAddress): string {
  return "host" in address ? address.host : address.toString();
}
