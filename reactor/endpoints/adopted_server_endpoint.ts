/**
 * Sockets that somebody else has opened, as places to listen on.
 *
 * @module
 */

import type { Platform } from "../../poller/platform.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { execute } from "../deferred/maybe_deferred.ts";
import type { IStreamServerEndpoint } from "../interfaces/endpoints.ts";
import type { IListeningPort } from "../interfaces/listening_port.ts";
import type { IProtocolFactory } from "../interfaces/protocol_factory.ts";
import type { AddressFamilyName, IReactorSocket } from "../interfaces/reactor_socket.ts";
import type { EndpointDescription } from "./endpoint_string.ts";
import { AlreadyListened } from "./errors.ts";

/** The families, as a service manager's text names them. */
const FAMILIES: Readonly<Record<string, AddressFamilyName>> = {
  INET: "IPv4",
  INET6: "IPv6",
  UNIX: "UNIX",
};

/**
 * A listening socket that the process has inherited. It is listened on once.
 *
 * Twisted: `AdoptedStreamServerEndpoint` (`internet/endpoints.py`, 24.7). Differs from Twisted: the
 * descriptor belongs to the reactor from then on, see {@linkcode IReactorSocket}.
 *
 * @example A service that takes over what its manager listens on
 * ```ts
 * import {
 *   AdoptedStreamServerEndpoint,
 *   PollReactor,
 *   Protocol,
 *   ServerFactory,
 * } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals } from "@std/assert";
 *
 * const sim = new Simulation({ seed: 1 });
 * const host = sim.host("server");
 * const address = { transport: "tcp", hostname: "0.0.0.0", port: 80 } as const;
 * const descriptor = sim.hosts.bequeath("server", host.network.listen(address));
 * const reactor = new PollReactor(host);
 * const endpoint = new AdoptedStreamServerEndpoint(reactor, descriptor, "IPv4");
 * reactor.callWhenRunning(async () => {
 *   const port = await endpoint.listen(ServerFactory.forProtocol(Protocol));
 *   assertEquals(`${port.getHost()}`, "IPv4Address(type='TCP', host='0.0.0.0', port=80)");
 *   reactor.stop();
 * });
 * await sim.run(() => reactor.run());
 * ```
 */
export class AdoptedStreamServerEndpoint implements IStreamServerEndpoint {
  readonly #reactor: IReactorSocket;
  readonly #fileDescriptor: number;
  readonly #addressFamily: AddressFamilyName;
  #isUsed = false;

  /**
   * Makes an endpoint; nothing is checked before {@linkcode AdoptedStreamServerEndpoint.listen}.
   *
   * @param reactor What listens.
   * @param fileDescriptor The number of the descriptor.
   * @param addressFamily Its family: `"IPv4"`, `"IPv6"` or `"UNIX"`.
   */
  constructor(
    reactor: IReactorSocket,
    fileDescriptor: number,
    addressFamily: AddressFamilyName,
  ) {
    this.#reactor = reactor;
    this.#fileDescriptor = fileDescriptor;
    this.#addressFamily = addressFamily;
  }

  /**
   * Listens; see {@linkcode IStreamServerEndpoint.listen}.
   *
   * @param factory Makes a protocol for each connection.
   * @returns A Deferred that has the port, or the failure, already: `AlreadyListened` from the second
   * call on, also if the first has failed.
   */
  listen(factory: IProtocolFactory): Deferred<IListeningPort> {
    return execute(() => {
      if (this.#isUsed) throw new AlreadyListened(this.#fileDescriptor);
      this.#isUsed = true;
      return this.#reactor.adoptStreamPort(this.#fileDescriptor, this.#addressFamily, factory);
    });
  }

  /** Returns the descriptor, for people. */
  toString(): string {
    return `<AdoptedStreamServerEndpoint descriptor ${this.#fileDescriptor}>`;
  }
}

/**
 * Reads `systemd:domain=FAMILY:index=NUMBER` and `systemd:domain=FAMILY:name=NAME`.
 *
 * Twisted: `_SystemdParser` (`internet/endpoints.py`, 24.7).
 *
 * @param reactor What listens.
 * @param description The description.
 * @returns The endpoint.
 * @throws {EndpointStringError} If an argument is missing or wrong, no such descriptor was inherited,
 * or the reactor cannot know.
 * @throws {SocketError} `NOT_CAPABLE` without the permission to look for what was inherited.
 */
export function serverFromSystemd(
  reactor: object,
  description: EndpointDescription,
): AdoptedStreamServerEndpoint {
  description.name("domain", "index", "name");
  const domain = description.require("domain");
  const family = Object.hasOwn(FAMILIES, domain) ? FAMILIES[domain] : undefined;
  if (family === undefined) {
    throw description.error(`domain is ${JSON.stringify(domain)}, not INET, INET6 or UNIX`);
  }
  const index = description.getInteger("index");
  const name = description.get("name");
  if ((index === undefined) === (name === undefined)) {
    throw description.error(
      `${index === undefined ? "neither" : "both"} of index and name is given`,
    );
  }
  const inherited = isSocketReactor(reactor)
    ? reactor.platform.network.inheritedDescriptors?.()
    : undefined;
  if (inherited === undefined) throw description.error("reactor cannot know what was inherited");
  // As in Twisted, the last of several has the name.
  const found = index === undefined
    ? inherited.findLast((one) => one.name === name)
    : inherited[index];
  if (found === undefined) {
    const which = index ?? JSON.stringify(name);
    throw description.error(`descriptor ${which} is not among the ${inherited.length} inherited`);
  }
  return new AdoptedStreamServerEndpoint(
    reactor as unknown as IReactorSocket,
    found.descriptor,
    family,
  );
}

function isSocketReactor(
  reactor: object,
): reactor is IReactorSocket & { readonly platform: Platform } {
  return "platform" in reactor && "adoptStreamPort" in reactor;
}
