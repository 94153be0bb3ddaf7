/**
 * Where a transport is, as Twisted writes it.
 *
 * @module
 */

import type { HostnameAddress, IPv4Address, IPv6Address, UNIXAddress } from "../net/address.ts";
import type { PipeAddress, ProcessAddress } from "../process/process_address.ts";

/**
 * Any address; `switch (address.family)` narrows it. Twisted: `IAddress`
 * (`internet/interfaces.py`, 24.7).
 */
export type IAddress =
  | IPv4Address
  | IPv6Address
  | UNIXAddress
  | HostnameAddress
  | ProcessAddress
  | PipeAddress;
