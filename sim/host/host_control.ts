/**
 * How a test has hosts crash and begin anew.
 *
 * @module
 */

import type { AnyHandle } from "../../poller/mod.ts";
import { SimHost } from "./host.ts";
import { endProgram } from "./host_life.ts";
import type { SimulatedHost } from "../simulation_options.ts";
import type { World } from "../world.ts";

/** How descriptors are limited. */
export interface DescriptorLimitOptions {
  /**
   * Whether a descriptor is held in reserve, with which listeners turn away those for whom there is no
   * other. Without it they wait until descriptors come free, as on Deno without the permissions that
   * `DenoPlatform` needs for that.
   *
   * @default {true}
   */
  readonly reserve?: boolean;
}

/**
 * Has hosts of a simulation crash, stop, pause and begin anew: what befalls a host befalls all
 * processes on it.
 *
 * What has ended never runs again: handles are closed, and timers, callbacks and signals never come.
 * Only promises that something outside of the host settles still go on; what such code then calls
 * has no effect, except that opening a listener or a socket throws.
 *
 * @example A client outlives the crash of its server
 * ```ts
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation();
 * const port = { transport: "udp", hostname: "server", port: 53 } as const;
 * const old = sim.host("server").network.bindDatagram(port);
 * sim.hosts.crash("server");
 * assertEquals(old.closed, true);
 * const server = sim.hosts.restart("server").network.bindDatagram(port);
 * const client = sim.host("client").network.bindDatagram({ ...port, hostname: "client" });
 * await sim.run(async () => {
 *   client.send(new Uint8Array(1), port);
 *   await sim.sleep(1);
 * });
 * assertEquals(server.receive()?.bytes.length, 1);
 * ```
 */
export class HostControl {
  readonly #world: World;
  readonly #hosts: Map<string, SimHost>;
  /** The guards of the limits that hold. */
  #limits: WeakMap<SimHost, Disposable> | null = null;

  /** Made by the simulation: `Simulation.hosts`. */
  constructor(world: World, hosts: Map<string, SimHost>) {
    this.#world = world;
    this.#hosts = hosts;
  }

  /**
   * Has a host crash, at once. Its child processes end with it; the files of its UNIX sockets stay,
   * see {@linkcode HostControl.removeSocketFile}.
   *
   * @param name The host's name.
   * @param how `"silent"`, as after a power failure: nobody is told, and nobody answers any more;
   * peers find out by `ETIMEDOUT`, or by a reset once the host has begun anew. `"resets"`, as when
   * only the program crashed: peers are reset, what was not sent is lost, and who connects is
   * refused.
   * @throws {TypeError} If there is no such host, or its program has ended.
   */
  crash(name: string, how: "silent" | "resets" = "silent"): void {
    endProgram(this.#running(name, "crash"), how);
  }

  /**
   * Stops the program of a host as an exit does: every handle is closed, what was sent still arrives,
   * and peers see the end of their streams (over TLS without a goodbye). Its child processes end with
   * it, and the files of its UNIX sockets are removed.
   *
   * @param name The host's name.
   * @throws {TypeError} If there is no such host, or its program has ended.
   */
  stop(name: string): void {
    endProgram(this.#running(name, "stop"), "ends");
  }

  /**
   * Pauses the program of a host, as a debugger or an overloaded machine does. Its system goes on:
   * connections are made and wait, buffers fill, signals wait, and timers are late.
   *
   * @param name The host's name.
   * @returns The guard: disposing of it has the program go on, unless it has ended meanwhile.
   * @throws {TypeError} If there is no such host, or its program has ended or is paused.
   */
  pause(name: string): Disposable {
    const host = this.#running(name, "pause");
    if (host.program === "paused") {
      throw new TypeError(`Cannot pause host ${name}: its program is paused`);
    }
    host.program = "paused";
    for (const { poller } of host.everyProcess) poller.suspend();
    host.record("pause", "", "");
    let isOver = false;
    return {
      [Symbol.dispose]: () => {
        // The guard of one pause must not end a later one.
        if (!isOver) this.#resume(host);
        isOver = true;
      },
    };
  }

  /**
   * Starts a host again whose program has ended: with its name and address, without handles and
   * further processes, and with a stream of randomness of its own.
   *
   * @param name The host's name.
   * @returns The platform for the new program; `Simulation.host` returns it from now on, too.
   * @throws {TypeError} If there is no such host, or its program has not ended.
   */
  restart(name: string): SimulatedHost {
    const old = this.#existing(name, "restart");
    if (old.program !== "ended") {
      throw new TypeError(`Cannot restart host ${name}: its program has not ended`);
    }
    if (old.life === "down") old.life = "replaced";
    const host = new SimHost(this.#world, name, old.address, old);
    for (const process of old.everyProcess.slice(1)) this.#hosts.delete(process.name);
    this.#hosts.set(name, host);
    host.record("restart", "", host.generation);
    return host;
  }

  /**
   * Limits how many handles each process on a host may have open, as a system limits descriptors.
   * Beyond it listeners and sockets are refused with `EMFILE`, attempts to connect fail with it, and a
   * listener accepts connections with a descriptor that is held in reserve, to close them.
   *
   * @param name The host's name.
   * @param max How many, besides the one in reserve; what is open stays open.
   * @param options Whether there is one in reserve.
   * @returns The guard: disposing of it lifts the limit, unless there is another by then.
   * @throws {TypeError} If there is no such host, or its program has ended.
   * @throws {RangeError} If `max` is not a whole number of at least 0.
   */
  limitDescriptors(
    name: string,
    max: number,
    { reserve = true }: DescriptorLimitOptions = {},
  ): Disposable {
    if (!Number.isSafeInteger(max) || max < 0) {
      throw new RangeError(`Cannot limit descriptors: ${max} is not a whole number above -1`);
    }
    const host = this.#running(name, "limit");
    const limits = this.#limits ??= new WeakMap();
    const limit = (max: number) => {
      for (const { network } of host.everyProcess) network.limitDescriptors(max, reserve);
    };
    limit(max);
    const guard: Disposable = {
      [Symbol.dispose]: () => {
        if (limits.get(host) !== guard) return;
        limits.delete(host);
        limit(Infinity);
      },
    };
    limits.set(host, guard);
    return guard;
  }

  /**
   * Has the program on a host inherit a handle, as from a parent that has opened it before it started
   * the program. The program takes it over by the number, see `Network.adoptListener`. The parent
   * keeps its end of a listener or a datagram socket: what comes after the program has closed its own
   * waits there.
   *
   * @example A service that takes over what its manager listens on
   * ```ts
   * import { Simulation } from "@twinloop/twinloop/sim";
   * import { assertEquals } from "@std/assert";
   *
   * const sim = new Simulation();
   * const { network } = sim.host("server");
   * const address = { transport: "tcp", hostname: "0.0.0.0", port: 80 } as const;
   * const descriptor = sim.hosts.bequeath("server", network.listen(address));
   * const listener = network.adoptListener?.(descriptor);
   * assertEquals(listener?.localAddress, address);
   * listener?.close();
   * ```
   *
   * @param name The host's name.
   * @param handle An open handle of that host, which is not registered with its poller.
   * @param label What the program knows it by, as of a service manager: see
   * `Network.inheritedDescriptors`.
   * @returns The number of the descriptor.
   * @throws {TypeError} If there is no such host, its program has ended, or the handle is not open there.
   */
  bequeath(name: string, handle: AnyHandle, label = "unknown"): number {
    const { network } = this.#running(name, "bequeath a handle to");
    const own = network.handles.get(handle.id);
    if (own === undefined || own !== handle) {
      throw new TypeError(`Cannot bequeath handle ${handle.id}: it is not open on host ${name}`);
    }
    network.bequeath(own, label);
    return own.id;
  }

  /**
   * Removes the file of a UNIX socket that a program has left when it crashed, as somebody does who
   * cleans up. As long as it is there, its path is in use, and who connects to it is refused.
   *
   * @param name The host's name.
   * @param path The file's path.
   * @returns Whether there was one.
   * @throws {TypeError} If there is no such host.
   */
  removeSocketFile(name: string, path: string): boolean {
    const host = this.#existing(name, "clean up");
    host.touch();
    return host.network.socketFiles.delete(path);
  }

  /**
   * The ports of the services that a host knows by name, as `http/tcp`: its `/etc/services`. At first
   * it holds some common ones (`COMMON_SERVICES`); it may be changed, and outlives a crash.
   *
   * @param name The host's name.
   * @returns The table itself.
   * @throws {TypeError} If there is no such host.
   */
  services(name: string): Map<string, number> {
    return this.#existing(name, "change the services of").network.services;
  }

  #resume(host: SimHost): void {
    if (host.program !== "paused") return;
    this.#world.time.log?.touchAll();
    host.program = "running";
    host.record("resume", "", "");
    const { time } = this.#world;
    for (const turn of host.pendingTurns) {
      time.scheduleTurn(time.now, () => host.whenRunning(turn));
    }
    host.pendingTurns = [];
    for (const { poller } of host.everyProcess) poller.resume();
  }

  #running(name: string, operation: string): SimHost {
    const host = this.#existing(name, operation);
    if (host.program !== "ended") return host;
    throw new TypeError(`Cannot ${operation} host ${name}: its program has ended`);
  }

  #existing(name: string, operation: string): SimHost {
    this.#world.time.log?.touchAll();
    const host = this.#hosts.get(name);
    if (host !== undefined && host.main !== host) {
      const why = `it is a process on host ${host.machine}`;
      throw new TypeError(`Cannot ${operation} host ${name}: ${why}`);
    }
    if (host !== undefined) return host;
    throw new TypeError(`Cannot ${operation} host ${name}: there is no such host`);
  }
}
