/**
 * TLS for a client that trusts anybody.
 *
 * @module
 */

import type { IContextFactory, TLSContext } from "../interfaces/tls.ts";

/**
 * What a client begins TLS with that does not look at whom it speaks to: what it sends is secret, but
 * may be read by anybody who stands in between. Use `optionsForClientTLS` instead.
 *
 * Twisted: `ClientContextFactory` (`internet/ssl.py`, 24.7).
 *
 * @example
 * ```ts
 * import { ClientContextFactory } from "@twinloop/twinloop/reactor";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new ClientContextFactory().getContext(), { verify: false });
 * ```
 */
export class ClientContextFactory implements IContextFactory {
  /** Returns what TLS is begun with. */
  getContext(): TLSContext {
    return { verify: false };
  }
}
