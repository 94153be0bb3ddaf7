import { assertEquals } from "@std/assert";
import {
  ConnectionDone,
  Failure,
  IPv4Address,
  MemoryReactor,
  portforward,
  StringTransport,
} from "../../../reactor/mod.ts";

const DONE = new Failure(new ConnectionDone());
const ADDRESS = new IPv4Address("TCP", "127.0.0.1", 1);

/** A connection to a port that stands for another, whose attempt to reach that waits. */
function setUp() {
  const reactor = new MemoryReactor();
  const factory = new portforward.ProxyFactory(reactor, "127.0.0.1", 7);
  const server = factory.buildProtocol(ADDRESS) as portforward.ProxyServer;
  const transport = new StringTransport();
  server.makeConnection(transport);
  const connector = reactor.tcpClients[0]!.connector;
  return { server, transport, connector };
}

Deno.test("ProxyServer that is lost gives up the attempt, and nobody is connected to it", () => {
  const { server, connector } = setUp();
  assertEquals(connector.state, "connecting");
  server.connectionLost(DONE);
  assertEquals(connector.state, "disconnected");
  assertEquals(connector.factory.buildProtocol(ADDRESS), null);
});

Deno.test("ProxyServer closes when the other end has said all before there is a connection", () => {
  const { server, transport } = setUp();
  server.readConnectionLost();
  assertEquals(transport.disconnecting, true);
});

Deno.test("ProxyServer that is lost closes the other connection, which forgets it", () => {
  const { server, connector } = setUp();
  const client = connector.succeed()!;
  server.connectionLost(DONE);
  assertEquals(client.transport.disconnecting, true);
  assertEquals((client.protocol as portforward.ProxyClient).peer, null);
});
