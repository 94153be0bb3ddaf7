/**
 * What a reactor keeps of its ports and connections, and what they are called in the log.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { ListenerHandle } from "../../poller/mod.ts";
import type { TCPSuite } from "./tcp_contract.ts";

/** Registers the cases. */
export function keepingCases(suite: TCPSuite): void {
  suite("disconnectAll() ends connections that are paused, and ports that stop", async (test) => {
    const { client, server, servers, clients } = await test.pair();
    client.transport.pauseProducing();
    server.transport.pauseProducing();
    const stopped = servers.port.stopListening();
    test.reactor.disconnectAll();
    assertEquals([client.losses, server.losses], [1, 1]);
    assertEquals(test.platform.network.handles.size, 0);
    await Promise.all([clients.end(), stopped]);
    assert(test.log.includes("server: factory stopped"));
  });

  suite("stopListening() does not fire before the address is released", async (test) => {
    const servers = test.serve();
    const { handles } = test.platform.network;
    const handle = handles.get(servers.port.fileno()) as ListenerHandle;
    const { promise, resolve } = Promise.withResolvers<void>();
    Object.defineProperty(handle, "released", { value: promise });
    let fired = false;
    const stopped = servers.stop().then(() => void (fired = true));
    await test.passes(5);
    assertEquals([servers.port.connected, fired], [false, false]);
    resolve();
    await stopped;
  });

  suite(
    "OTCP-25, CMIX-03 a lost connection leaves no handle, and lets go of its protocol",
    async (test) => {
      const { client, server, clients, servers } = await test.pair();
      await servers.stop();
      client.transport.loseConnection();
      await Promise.all([client.lost(), server.lost(), clients.end()]);
      assertEquals(test.platform.network.handles.size, 0);
      for (const { transport } of [client, server]) {
        assertEquals((transport as unknown as { protocol: unknown }).protocol, null);
      }
    },
  );

  suite("CMIX-01 what dataReceived throws is logged under the protocol's prefix", async (test) => {
    const data = () => {
      throw new Error("bad data");
    };
    for (const [index, [server, client]] of [[{ data }, {}], [{}, { data }]].entries()) {
      const ends = await test.pair(server, client);
      (index === 0 ? ends.client : ends.server).say("hello");
      await Promise.all([ends.client.lost(), ends.server.lost(), ends.clients.end()]);
    }
    assertEquals(test.world.takeReports().map(({ message }) => message), [
      "Exception in doRead [Recorder,0,127.0.0.1]",
      "Exception in doRead [Recorder,client]",
    ]);
  });

  suite("OTCP-34, INET-63 clients and connectors say where they are", async (test) => {
    const servers = test.serve();
    const clients = test.connect(servers);
    const { port } = servers.port.getHost();
    const text = `TCPConnector to 127.0.0.1:${port}`;
    assertEquals(`${clients.connector}`, `<${text} (connecting)>`);
    const { transport } = await clients.next();
    await servers.next();
    const { logPrefix } = transport as unknown as { logPrefix(): string };
    assertEquals(logPrefix.call(transport), "Recorder,client");
    assertEquals(`${clients.connector}`, `<${text} (connected)>`);
  });
}
