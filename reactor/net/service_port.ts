/**
 * Ports that are given by name.
 *
 * @module
 */

import type { Network } from "../../poller/network.ts";
import { ServiceNameUnknownError } from "../errors.ts";

/**
 * Finds the port of TCP that is meant.
 *
 * @param network Whose names count.
 * @param host The host, for the message.
 * @param port A port, or the name of a service.
 * @returns The port, unchecked if it was given.
 * @throws {ServiceNameUnknownError} If the name is unknown; its `cause` says so if the names cannot be read.
 */
export function portOf(network: Network, host: string, port: number | string): number {
  if (typeof port !== "string") return port;
  const message = `Cannot connect to ${host}:${port}: the service is unknown`;
  let found: number | null;
  try {
    found = network.findService(port, "tcp");
  } catch (error) {
    throw new ServiceNameUnknownError(message, { cause: error });
  }
  if (found === null) throw new ServiceNameUnknownError(message);
  return found;
}
