/** Loops whose platform does what a test says. */

import {
  type DatagramHandle,
  type Network,
  type Platform,
  type RandomSource,
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
  return { tried, opened, loop: loopWith(loop, { network }) };
}

/**
 * Wraps a loop so that randomness is what a test says, 16 bits at a time, and then the loop's own.
 *
 * @param below The loop.
 * @param numbers What is drawn first.
 * @returns The loop.
 */
export function drawingLoop(below: AnyLoop, numbers: readonly number[]): ResolverLoop {
  const loop = resolverLoop(below);
  const own = loop.platform.random;
  const left = [...numbers];
  const random: RandomSource = {
    next: () => own.next(),
    fill(buffer) {
      const number = left.shift();
      if (number === undefined) own.fill(buffer);
      else buffer.set([number >> 8, number & 0xff]);
    },
  };
  return loopWith(loop, { random });
}

/** A loop on another platform. */
function loopWith(loop: ResolverLoop, changes: Partial<Platform>): ResolverLoop {
  const { clock, network, poller, random, signals, processes, workers } = loop.platform;
  const report = loop.platform.report;
  return {
    platform: { clock, network, poller, random, signals, processes, workers, report, ...changes },
    callLater: (seconds, callback) => loop.callLater(seconds, callback),
    addHandler: (handle, handler, events) => loop.addHandler(handle, handler, events),
    updateHandler: (handle, events) => loop.updateHandler(handle, events),
    removeHandler: (handle) => loop.removeHandler(handle),
  };
}
