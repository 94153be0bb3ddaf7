/**
 * Addresses that mean something on one network interface only.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { IPv6Address } from "../../reactor/mod.ts";
import { type TCPContractOptions, tcpSuite } from "./tcp_contract.ts";
import { RecordingClients, RecordingServers } from "./tcp_recorders.ts";

/**
 * Registers the cases for one kind of reactor in one kind of world.
 *
 * @param options As for `tcpContract`.
 * @param address An address of the machine with its scope: `fe80::1%eth0`.
 */
export function linkLocalCases(options: TCPContractOptions, address: string): void {
  tcpSuite(options)(
    "TCP-32, TCP-35, TCP-38, TCP-41 link-local addresses keep their scope",
    async ({ reactor, log }) => {
      const servers = new RecordingServers(log, { name: "server" });
      servers.port = reactor.listenTCP(0, servers, { interface: address });
      const host = servers.port.getHost();
      assertEquals([host.family, host.host], ["IPv6", address]);
      const clients = new RecordingClients(log, { name: "client" });
      reactor.connectTCP(address, host.port, clients);
      const [client, server] = [await clients.next(), await servers.next()];
      const [given] = servers.addresses;
      assert(given instanceof IPv6Address);
      assertEquals(given.host, address);
      const { transport } = server;
      assertEquals(`${transport.getHost()}`, `${host}`);
      assertEquals(`${transport.getPeer()}`, `${given}`);
      assertEquals(`${client.transport.getPeer()}`, `${host}`);
      assertEquals(`${client.transport.getHost()}`, `${given}`);
    },
  );
}
