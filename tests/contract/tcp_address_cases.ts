/**
 * Where ports and transports say that they are.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type IAddress, IPv4Address, IPv6Address } from "../../reactor/mod.ts";
import type { TCPSuite } from "./tcp_contract.ts";
import { RecordingClients, RecordingServers } from "./tcp_recorders.ts";

/** Registers the cases. */
export function addressCases(suite: TCPSuite): void {
  suite("TCP-30 a port without an interface is on all IPv4 addresses", ({ reactor, log }) => {
    const port = reactor.listenTCP(0, new RecordingServers(log, { name: "server" }));
    const host = port.getHost();
    assertEquals([host.family, host.type, host.host], ["IPv4", "TCP", "0.0.0.0"]);
    assert(host.port > 0);
  });

  suite(
    "TCP-33, TCP-36, TCP-39, OTCP-22, OTCP-26 both ends agree on their IPv4 addresses",
    async ({ pair }) => {
      const { client, server, clients, servers } = await pair();
      checkAddresses({ client, server, clients, servers }, "IPv4", "127.0.0.1");
      assert(servers.addresses[0] instanceof IPv4Address);
    },
  );

  suite(
    "TCP-31, TCP-34, TCP-37, TCP-40, TCP-53 both ends agree on their IPv6 addresses",
    async ({ reactor, log }) => {
      const servers = new RecordingServers(log, { name: "server" });
      servers.port = reactor.listenTCP(0, servers, { interface: "::1" });
      const clients = new RecordingClients(log, { name: "client" });
      reactor.connectTCP("::1", servers.port.getHost().port, clients);
      const [client, server] = [await clients.next(), await servers.next()];
      checkAddresses({ client, server, clients, servers }, "IPv6", "::1");
      assert(servers.addresses[0] instanceof IPv6Address);
    },
  );

  suite(
    "TCP-12 getPeer() of a client is numeric, whatever name was asked for",
    async ({ reactor, log }) => {
      const servers = new RecordingServers(log, { name: "server" });
      servers.port = reactor.listenTCP(0, servers, { interface: "127.0.0.1" });
      const clients = new RecordingClients(log, { name: "client" });
      const { port } = servers.port.getHost();
      const connector = reactor.connectTCP("localhost", port, clients);
      const client = await clients.next();
      assertEquals(
        `${client.transport.getPeer()}`,
        `IPv4Address(type='TCP', host='127.0.0.1', port=${port})`,
      );
      const destination = connector.getDestination();
      assertEquals(`${destination}`, `HostnameAddress(hostname='localhost', port=${port})`);
      await servers.next();
    },
  );

  suite("TCP-52, OTCP-05 a server transport names its protocol, session and port", async (test) => {
    const { server, servers } = await test.pair();
    const { port } = servers.port.getHost();
    assertEquals(`${server.transport}`, `<Recorder #0 on ${port}>`);
    await test.connect(servers, { name: "second" }).next();
    assertEquals(`${(await servers.next()).transport}`, `<Recorder #1 on ${port}>`);
  });

  suite("OTCP-12, OTCP-13 socket options are remembered", async ({ pair }) => {
    const { client: { transport } } = await pair();
    assertEquals([transport.getTcpNoDelay(), transport.getTcpKeepAlive()], [true, false]);
    transport.setTcpNoDelay(false);
    transport.setTcpKeepAlive(true);
    assertEquals([transport.getTcpNoDelay(), transport.getTcpKeepAlive()], [false, true]);
  });

  suite("addresses stay readable after the loss", async ({ pair }) => {
    const { client, server } = await pair();
    const before = [client, server].map((each) =>
      `${each.transport.getHost()} ${each.transport.getPeer()}`
    );
    client.transport.loseConnection();
    await Promise.all([client.lost(), server.lost()]);
    const after = [client, server].map((each) =>
      `${each.transport.getHost()} ${each.transport.getPeer()}`
    );
    assertEquals(after, before);
  });
}

interface Ends {
  readonly client: RecordingClients["protocols"][number];
  readonly server: RecordingServers["protocols"][number];
  readonly clients: RecordingClients;
  readonly servers: RecordingServers;
}

function checkAddresses(ends: Ends, family: IAddress["family"], host: string): void {
  const { client, server, clients, servers } = ends;
  const listening = servers.port.getHost();
  assertEquals(`${server.transport.getHost()}`, `${client.transport.getPeer()}`);
  assertEquals(`${server.transport.getPeer()}`, `${client.transport.getHost()}`);
  assertEquals(`${servers.addresses[0]}`, `${client.transport.getHost()}`);
  assertEquals(`${clients.addresses[0]}`, `${server.transport.getHost()}`);
  assertEquals(`${client.transport.getPeer()}`, `${listening}`);
  assertEquals([listening.family, listening.host], [family, host]);
}
