/**
 * The address that a datagram socket met last.
 *
 * @module
 */

import type { DatagramAddress } from "./address.ts";
import { datagramAddressOf, withoutBrackets } from "./deno_address.ts";

/**
 * Converts addresses between Deno's form and this package's, and remembers the last: the next
 * datagram mostly comes from there or goes there. UDP only, where there are peers in numbers.
 */
export class LastAddress {
  #native: Deno.NetAddr | null = null;
  #address: DatagramAddress | null = null;

  /**
   * Tells whether an address is the one that was met last.
   *
   * @param address The address.
   * @returns Whether it is.
   */
  is(address: DatagramAddress): boolean {
    const last = this.#native;
    return last !== null && address.transport === "udp" && last.port === address.port &&
      last.hostname === address.hostname;
  }

  /**
   * Converts from Deno's form.
   *
   * @param native Deno's address.
   * @returns The same, frozen.
   */
  from(native: Deno.Addr): DatagramAddress {
    const last = this.#native;
    if (
      last !== null && this.#address !== null && native.transport === "udp" &&
      last.port === native.port && last.hostname === native.hostname
    ) {
      return this.#address;
    }
    const address = datagramAddressOf(native);
    if (native.transport !== "udp") return address;
    this.#native = native;
    this.#address = address;
    return address;
  }

  /**
   * Converts to Deno's form.
   *
   * @param address The address.
   * @returns The same for Deno.
   */
  toNative(address: DatagramAddress): Deno.Addr {
    if (address.transport === "unixpacket") {
      return { transport: "unixpacket", path: address.path ?? "" };
    }
    if (this.#native !== null && this.is(address)) return this.#native;
    const { hostname, port } = address;
    this.#address = null; // The caller's own may change.
    this.#native = { transport: "udp", hostname: withoutBrackets(hostname), port };
    return this.#native;
  }
}
