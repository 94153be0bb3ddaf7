import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { DenoPlatform, SocketError } from "../../poller/mod.ts";
import { ClientFactory, PollReactor, ServiceNameUnknownError } from "../../reactor/mod.ts";
import { withFolder } from "./folder.ts";

Deno.test("DenoNetwork.findService() looks into the file each time", () =>
  withFolder(async (folder) => {
    const servicesFile = `${folder}/services`;
    const { network } = new DenoPlatform({ servicesFile });
    assertEquals(network.findService("http", "tcp"), null);
    await Deno.writeTextFile(servicesFile, "http 80/tcp www");
    assertEquals(network.findService("www", "tcp"), 80);
    assertEquals(network.findService("http", "udp"), null);
    await Deno.writeTextFile(servicesFile, "http 8080/tcp");
    assertEquals(network.findService("http", "tcp"), 8080);
  }));

Deno.test({
  name: "connectTCP() needs a permission to read for a service, and for nothing else",
  permissions: { read: false, net: true },
  fn() {
    const reactor = new PollReactor(new DenoPlatform());
    const factory = new ClientFactory();
    const { cause } = assertThrows(
      () => reactor.connectTCP("127.0.0.1", "http", factory),
      ServiceNameUnknownError,
    );
    assertInstanceOf(cause, SocketError);
    assertEquals(cause.code, "NOT_CAPABLE");
    reactor.connectTCP("127.0.0.1", 80, factory).stopConnecting();
    reactor.platform.poller.close();
  },
});
