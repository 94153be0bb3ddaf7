/**
 * Places to listen on, from text.
 *
 * @module
 */

import type { IStreamServerEndpoint } from "../interfaces/endpoints.ts";
import type { IReactorTCP, ListenTCPOptions } from "../interfaces/reactor_tcp.ts";
import { serverFromSystemd } from "./adopted_server_endpoint.ts";
import { EndpointDescription } from "./endpoint_string.ts";
import type { IReactorUNIX } from "../interfaces/reactor_unix.ts";
import { serverFromStdio } from "./standard_io_endpoint.ts";
import { serverFromUNIX } from "./unix_endpoints.ts";
import { serverFromSSL } from "./tls_strings.ts";
import { TCP4ServerEndpoint, TCP6ServerEndpoint } from "./tcp_server_endpoints.ts";

/**
 * Makes an endpoint of what a description says.
 *
 * Twisted: `IStreamServerEndpointStringParser` (`internet/interfaces.py`, 24.7).
 *
 * @typeParam R The reactor's type.
 * @param reactor What listens.
 * @param description Names and gives the arguments.
 * @returns The endpoint.
 * @throws {EndpointStringError} If an argument is missing or wrong.
 */
export type ServerEndpointParser<R> = (
  reactor: R,
  description: EndpointDescription,
) => IStreamServerEndpoint;

/**
 * Makes an endpoint to listen on of its description, such as a configuration holds it.
 *
 * - `tcp:PORT`, with `interface=LITERAL` and `backlog=NUMBER`: a {@linkcode TCP4ServerEndpoint}.
 * - `tcp6:PORT`, with `backlog=NUMBER` and `interface=LITERAL`, its colons escaped by backslashes:
 *   a {@linkcode TCP6ServerEndpoint}.
 * - `ssl:PORT`, with `privateKey=FILE` (by default `server.pem`), `certKey=FILE` (by default the same
 *   file), `interface=LITERAL`, `backlog=NUMBER`, `extraCertChain=FILE`, `protocols=NAME,NAME`: a
 *   `SSL4ServerEndpoint`. The files are read now.
 * - `unix:PATH`, with `mode=OCTAL` (by default 666), `backlog=NUMBER`, and `lockfile=0` to hold no
 *   lock: a `UNIXServerEndpoint`.
 * - `systemd:domain=FAMILY`, the family `INET`, `INET6` or `UNIX`, with `index=NUMBER` or `name=NAME`: an
 *   `AdoptedStreamServerEndpoint` of what the service manager has handed down. Deno wants
 *   `--allow-env=LISTEN_PID,LISTEN_FDS,LISTEN_FDNAMES` to know that.
 * - `stdio:`: a `StandardIOEndpoint`, whose one connection is there already.
 *
 * Arguments without a name are taken in that order.
 *
 * Twisted: `serverFromString` (`internet/endpoints.py`, 24.7). Differs from Twisted: plugins are
 * given by `parsers`.
 *
 * @example
 * ```ts
 * import { EndpointStringError, PollReactor, serverFromString } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const reactor = new PollReactor(new Simulation({ seed: 1 }).host("server"));
 * const endpoint = serverFromString(reactor, "tcp:8080:interface=127.0.0.1");
 * assertEquals(`${endpoint}`, "<TCP4ServerEndpoint 127.0.0.1:8080>");
 * assertThrows(() => serverFromString(reactor, "tcp:http"), EndpointStringError);
 * ```
 *
 * @typeParam R The reactor's type.
 * @param reactor What listens.
 * @param description The description; upper and lower case are one in its type.
 * @param parsers Parsers of further types, by type in lower case; they go before those built in.
 * @returns The endpoint.
 * @throws {EndpointStringError} If the description cannot be read, or its type is unknown.
 * @throws {SocketError} `NOT_CAPABLE` without the permission that `systemd:` needs.
 * @throws {CertificateError} If a file that it names cannot be read or is no PEM.
 */
export function serverFromString<R extends IReactorTCP & Partial<IReactorUNIX>>(
  reactor: R,
  description: string,
  parsers: Readonly<Record<string, ServerEndpointParser<R>>> = {},
): IStreamServerEndpoint {
  const parsed = new EndpointDescription(description);
  const { type } = parsed;
  if (Object.hasOwn(parsers, type)) {
    return (parsers[type] as ServerEndpointParser<R>)(reactor, parsed);
  }
  if (type === "tcp") {
    parsed.name("port", "interface", "backlog");
    return new TCP4ServerEndpoint(reactor, ...tcpArguments(parsed));
  }
  if (type === "tcp6") {
    parsed.name("port", "backlog", "interface");
    return new TCP6ServerEndpoint(reactor, ...tcpArguments(parsed));
  }
  if (type === "ssl") return serverFromSSL(reactor, parsed);
  if (type === "unix") return serverFromUNIX(reactor, parsed);
  if (type === "systemd") return serverFromSystemd(reactor, parsed);
  if (type === "stdio") return serverFromStdio(reactor, parsed);
  throw parsed.error(`type ${type} is unknown`);
}

function tcpArguments(description: EndpointDescription): [port: number, options: ListenTCPOptions] {
  const backlog = description.getInteger("backlog", 1);
  const host = description.get("interface");
  return [description.requirePort("port", 0), {
    ...backlog === undefined ? {} : { backlog },
    ...host === undefined ? {} : { interface: host },
  }];
}
