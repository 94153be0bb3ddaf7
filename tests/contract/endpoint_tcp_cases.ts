/**
 * The endpoints of TCP, and those that are read from text: `TCP4EndpointsTests`,
 * `TCP6EndpointsTests`, `TCP6EndpointNameResolutionTests` and `ServerEndpointTestCaseMixin` of
 * Twisted's suite.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import {
  CannotListenError,
  clientFromString,
  ConnectingCancelledError,
  connectProtocol,
  DNSLookupError,
  Factory,
  type IHostnameResolver,
  IPv4Address,
  IPv6Address,
  type IStreamClientEndpoint,
  type IStreamServerEndpoint,
  Protocol,
  quoteStringArgument,
  serverFromString,
  TCP4ClientEndpoint,
  TCP4ServerEndpoint,
  TCP6ClientEndpoint,
  TCP6ServerEndpoint,
} from "../../reactor/mod.ts";
import type { EndpointCase, EndpointSuite } from "./endpoints_contract.ts";

/** Connects an endpoint to another, and tells where the client came out. */
async function meet(
  server: IStreamServerEndpoint,
  client: (port: number) => IStreamClientEndpoint,
): Promise<string> {
  const over = Promise.withResolvers<void>();
  class Client extends Protocol {
    override connectionLost(): void {
      over.resolve();
    }
  }
  const port = await server.listen(Factory.forProtocol(Protocol));
  const number = (port.getHost() as IPv4Address).port;
  const protocol = await connectProtocol(client(number), new Client());
  const peer = protocol.transport.getPeer() as IPv4Address;
  assertEquals(peer.port, number);
  protocol.transport.loseConnection();
  await over.promise;
  await port.stopListening();
  return peer.host;
}

/** Registers the cases. */
export function endpointTCPCases(suite: EndpointSuite): void {
  meetingCases(suite);
  listenCases(suite);
  nameCases(suite);
}

function meetingCases(suite: EndpointSuite): void {
  suite("TCP4EndpointsTests: a client endpoint reaches a server endpoint", async ({ reactor }) => {
    const server = new TCP4ServerEndpoint(reactor, 0, { interface: "127.0.0.1" });
    assertEquals(
      await meet(server, (port) => new TCP4ClientEndpoint(reactor, "127.0.0.1", port)),
      "127.0.0.1",
    );
  });

  suite("TCP6EndpointsTests: a client endpoint reaches a server endpoint", async ({ reactor }) => {
    const server = new TCP6ServerEndpoint(reactor, 0, { interface: "::1" });
    const client = (port: number) => new TCP6ClientEndpoint(reactor, "::1", port);
    assertEquals(await meet(server, client), "::1");
  });

  suite("ServerStringTests, ClientStringTests: tcp reaches tcp", async ({ reactor }) => {
    const server = serverFromString(reactor, "tcp:0:interface=127.0.0.1");
    const client = (port: number) => clientFromString(reactor, `tcp:localhost:${port}:timeout=10`);
    assertEquals(await meet(server, client), "127.0.0.1");
  });

  suite("TCP6ServerEndpointPluginTests: tcp reaches tcp6", async ({ reactor }) => {
    const loopback = quoteStringArgument("::1");
    const server = serverFromString(reactor, `tcp6:0:interface=${loopback}`);
    const client = (port: number) => clientFromString(reactor, `tcp:${loopback}:${port}`);
    assertEquals(await meet(server, client), "::1");
  });
}

function listenCases(suite: EndpointSuite): void {
  suite("ServerEndpointTestCaseMixin: listen() fails where nobody can listen", async (test) => {
    const { port } = test.serve().port.getHost();
    const endpoint = new TCP4ServerEndpoint(test.reactor, port, { interface: "127.0.0.1" });
    const listen = () => endpoint.listen(Factory.forProtocol(Protocol)).asPromise();
    await assertRejects(listen, CannotListenError);
    const bad = new TCP4ServerEndpoint(test.reactor, -1);
    await assertRejects(() => bad.listen(new Factory()).asPromise(), RangeError);
  });

  suite("ServerEndpointTestCaseMixin: listen() hands its options on", async () => {
    const given: unknown[] = [];
    const reactor = {
      listenTCP(...args: unknown[]) {
        given.push(args.filter((arg) => !(arg instanceof Factory)));
      },
    };
    const factory = new Factory();
    await new TCP4ServerEndpoint(reactor as never, 1).listen(factory);
    await new TCP4ServerEndpoint(reactor as never, 2, { backlog: 3 }).listen(factory);
    await new TCP6ServerEndpoint(reactor as never, 4).listen(factory);
    await new TCP6ServerEndpoint(reactor as never, 5, { interface: "::1" }).listen(factory);
    assertEquals(given, [
      [1, {}],
      [2, { backlog: 3 }],
      [4, { interface: "::" }],
      [5, { interface: "::1" }],
    ]);
  });
}

/** A resolver that answers every name with some addresses. */
function answering(test: EndpointCase, ...hosts: string[]): IHostnameResolver {
  return {
    resolveHostName(receiver, name, port = 0, types = null) {
      test.log.push(`asked ${name} ${types?.map((type) => type.name)}`);
      const resolution = { name, cancel: () => void test.log.push("cancelled") };
      receiver.resolutionBegan(resolution);
      if (hosts.length === 0) return resolution;
      for (const host of hosts) {
        const AddressType = host.includes(":") ? IPv6Address : IPv4Address;
        receiver.addressResolved(new AddressType("TCP", host, port));
      }
      receiver.resolutionComplete();
      return resolution;
    },
  };
}

function nameCases(suite: EndpointSuite): void {
  suite("TCP6EndpointNameResolutionTests: a name leads to its IPv6 address", async (test) => {
    const { reactor, log } = test;
    reactor.installNameResolver(answering(test, "127.0.0.1", "::1"));
    const server = new TCP6ServerEndpoint(reactor, 0, { interface: "::1" });
    const client = (port: number) => new TCP6ClientEndpoint(reactor, "a.test", port);
    assertEquals(await meet(server, client), "::1");
    assertEquals(log, ["asked a.test IPv6Address"]);
  });

  suite("TCP6EndpointNameResolutionTests: no IPv6 address is a DNSLookupError", async (test) => {
    const { reactor } = test;
    const connect = () => {
      const endpoint = new TCP6ClientEndpoint(reactor, "a.test", 80);
      return endpoint.connect(new Factory()).asPromise();
    };
    // The platform does not tell which addresses a name has.
    await assertRejects(connect, DNSLookupError, "a.test");
    reactor.installNameResolver(answering(test, "127.0.0.1"));
    await assertRejects(connect, DNSLookupError);
  });

  suite("TCP6EndpointNameResolutionTests: cancel() ends the resolution", async (test) => {
    test.reactor.installNameResolver(answering(test));
    const deferred = new TCP6ClientEndpoint(test.reactor, "a.test", 80).connect(new Factory());
    deferred.cancel();
    const error = await assertRejects(() => deferred.asPromise(), ConnectingCancelledError);
    assertEquals(`${error.address}`, "HostnameAddress(hostname='a.test', port=80)");
    assertEquals(test.log.at(-1), "cancelled");
  });
}
