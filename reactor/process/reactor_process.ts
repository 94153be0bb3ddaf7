/**
 * Child processes for any reactor.
 *
 * @module
 */

import type {
  IProcessProtocol,
  IReactorProcess,
  SpawnProcessOptions,
} from "../interfaces/reactor_process.ts";
import type { TransportSite } from "../net/transport_site.ts";
import { Process } from "./process.ts";

/**
 * The process side of a reactor.
 *
 * Twisted: `PosixReactorBase.spawnProcess` (`internet/posixbase.py`, 24.7).
 */
export class ReactorProcess implements IReactorProcess {
  readonly #site: TransportSite;

  /**
   * Makes the process side of a reactor.
   *
   * @param site What the pipes of its children share.
   */
  constructor(site: TransportSite) {
    this.#site = site;
  }

  /**
   * Starts a child; see {@linkcode IReactorProcess.spawnProcess}.
   *
   * @param protocol Who is told of the child.
   * @param executable The program.
   * @param options How it is started.
   * @returns The transport of the child.
   * @throws {RangeError} If `childFDs` makes no sense.
   */
  spawnProcess(
    protocol: IProcessProtocol,
    executable: string,
    options: SpawnProcessOptions = {},
  ): Process {
    return new Process(this.#site, protocol, executable, options);
  }
}
