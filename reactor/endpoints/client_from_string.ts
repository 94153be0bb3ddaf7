/**
 * Places to connect to, from text.
 *
 * @module
 */

import type { IStreamClientEndpoint } from "../interfaces/endpoints.ts";
import { EndpointDescription } from "./endpoint_string.ts";
import { HostnameEndpoint, type HostnameReactor } from "./hostname_endpoint.ts";
import type { IReactorUNIX } from "../interfaces/reactor_unix.ts";
import { clientFromUNIX } from "./unix_endpoints.ts";
import { clientFromSSL, clientFromTLS } from "./tls_strings.ts";

/**
 * Makes an endpoint of what a description says.
 *
 * Twisted: `IStreamClientEndpointStringParserWithReactor` (`internet/interfaces.py`, 24.7).
 *
 * @typeParam R The reactor's type.
 * @param reactor What connects.
 * @param description Names and gives the arguments.
 * @returns The endpoint.
 * @throws {EndpointStringError} If an argument is missing or wrong.
 */
export type ClientEndpointParser<R> = (
  reactor: R,
  description: EndpointDescription,
) => IStreamClientEndpoint;

/**
 * Makes an endpoint to connect to of its description, such as a configuration holds it.
 *
 * - `tcp:HOST:PORT`, or `tcp:host=HOST:port=PORT`, with `timeout=SECONDS`, `bindAddress=LITERAL`,
 *   `bindPort=PORT`: a {@linkcode HostnameEndpoint}. The colons of an IPv6 literal are escaped by
 *   backslashes; see {@linkcode quoteStringArgument}.
 * - `tls:HOST:PORT`, with `timeout=SECONDS`, `bindAddress=LITERAL`, `certificate=FILE` and
 *   `privateKey=FILE` to show to a server that asks, `trustRoots=FILE`, `protocols=NAME,NAME`: the
 *   same over TLS. The files are read now.
 * - `ssl:HOST:PORT`, with `hostname=NAME` and all of these but `bindAddress`: an
 *   `SSL4ClientEndpoint`.
 * - `unix:PATH`, with `timeout=SECONDS` and `lockfile=1` to look first if the port holds its lock: a
 *   `UNIXClientEndpoint`.
 *
 * Twisted: `clientFromString` (`internet/endpoints.py`, 24.7). Differs from Twisted: `tcp` gives a
 * {@linkcode HostnameEndpoint} and not a `TCP4ClientEndpoint`, so that names with several
 * addresses and IPv6 literals work; there is `bindPort`; plugins are given by `parsers`.
 *
 * @example
 * ```ts
 * import { clientFromString, EndpointStringError, PollReactor } from "@twinloop/twinloop/reactor";
 * import { Simulation } from "@twinloop/twinloop/sim";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const reactor = new PollReactor(new Simulation({ seed: 1 }).host("client"));
 * const endpoint = clientFromString(reactor, "tcp:www.test:80:timeout=5");
 * assertEquals(`${endpoint}`, "<HostnameEndpoint www.test:80>");
 * assertThrows(() => clientFromString(reactor, "tcp:www.test"), EndpointStringError);
 * ```
 *
 * @typeParam R The reactor's type.
 * @param reactor What connects.
 * @param description The description; upper and lower case are one in its type.
 * @param parsers Parsers of further types, by type in lower case; they go before those built in.
 * @returns The endpoint.
 * @throws {EndpointStringError} If the description cannot be read, or its type is unknown.
 * @throws {CertificateError} If a file that it names cannot be read or is no PEM.
 */
export function clientFromString<R extends HostnameReactor & Partial<IReactorUNIX>>(
  reactor: R,
  description: string,
  parsers: Readonly<Record<string, ClientEndpointParser<R>>> = {},
): IStreamClientEndpoint {
  const parsed = new EndpointDescription(description);
  const { type } = parsed;
  if (Object.hasOwn(parsers, type)) {
    return (parsers[type] as ClientEndpointParser<R>)(reactor, parsed);
  }
  if (type === "tcp") return parseTCP(reactor, parsed);
  if (type === "ssl") return clientFromSSL(reactor, parsed);
  if (type === "tls") return clientFromTLS(reactor, parsed);
  if (type === "unix") return clientFromUNIX(reactor, parsed);
  throw parsed.error(`type ${type} is unknown`);
}

function parseTCP(
  reactor: HostnameReactor,
  description: EndpointDescription,
): IStreamClientEndpoint {
  description.name("host", "port", "timeout", "bindAddress", "bindPort");
  const host = description.require("host");
  const port = description.requirePort("port", 1);
  const timeout = description.getSeconds("timeout");
  const bindAddress = description.get("bindAddress");
  const bindPort = description.getInteger("bindPort", 0, 65_535);
  if (bindAddress === undefined && bindPort !== undefined) {
    throw description.error("bindPort is given without bindAddress");
  }
  return new HostnameEndpoint(reactor, host, port, {
    ...timeout === undefined ? {} : { timeout },
    ...bindAddress === undefined ? {} : { bindAddress: { host: bindAddress, port: bindPort ?? 0 } },
  });
}
