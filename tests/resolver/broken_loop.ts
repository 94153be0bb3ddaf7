/** A loop on which opening sockets fails as a test says. */

import {
  type DatagramHandle,
  type Network,
  SocketError,
  type SocketErrorCode,
  type UDPAddress,
} from "../../poller/mod.ts";
import { type AnyLoop, type ResolverLoop, resolverLoop } from "../../resolver/mod.ts";

/**
 * Wraps a loop so that binding fails.
 *
 * @param below The loop.
 * @param decide Returns the error of the nth attempt, from 0, or `null` for success.
 * @returns The loop, and the addresses that were tried.
 */
export function bindingLoop(
  below: AnyLoop,
  decide: (attempt: number) => SocketErrorCode | null,
): { loop: ResolverLoop; tried: UDPAddress[]; opened: DatagramHandle[] } {
  const loop = resolverLoop(below);
  const { platform } = loop;
  const tried: UDPAddress[] = [];
  const opened: DatagramHandle[] = [];
  const network: Network = {
    handles: platform.network.handles,
    listen: (address, options) => platform.network.listen(address, options),
    connect: (address, options) => platform.network.connect(address, options),
    identifyFile: (path) => platform.network.identifyFile(path),
    findService: (name, transport) => platform.network.findService(name, transport),
    bindDatagram(address, options) {
      const code = decide(tried.length);
      tried.push(address as UDPAddress);
      if (code !== null) throw new SocketError(code, "Cannot bind: the test says so");
      const handle = platform.network.bindDatagram(address, options);
      opened.push(handle);
      return handle;
    },
  };
  const { clock, poller, random, signals, processes, workers } = platform;
  const report = platform.report;
  return {
    tried,
    opened,
    loop: {
      platform: { clock, poller, random, signals, processes, workers, report, network },
      callLater: (seconds, callback) => loop.callLater(seconds, callback),
      addHandler: (handle, handler, events) => loop.addHandler(handle, handler, events),
      updateHandler: (handle, events) => loop.updateHandler(handle, events),
      removeHandler: (handle) => loop.removeHandler(handle),
    },
  };
}
