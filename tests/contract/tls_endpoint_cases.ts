/**
 * Endpoints over TLS.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  CertificateError,
  connectProtocol,
  type IStreamClientEndpoint,
  NoProtocol,
  optionsForClientTLS,
  ServerFactory,
  SSL4ClientEndpoint,
  SSL4ServerEndpoint,
  SSLError,
  TCP4ClientEndpoint,
  type TCPPort,
  type TLSTransport,
  VerifyError,
  wrapClientTLS,
} from "../../reactor/mod.ts";
import { Certificate } from "../../reactor/mod.ts";
import { Recorder, RecordingServers } from "./tcp_recorders.ts";
import type { TCPCase, TCPSuite } from "./tcp_contract.ts";
import { OTHER, OTHER_AUTHORITY } from "./tls_certificates.ts";

const CLIENT = optionsForClientTLS("localhost", {
  trustRoot: Certificate.loadPEM(OTHER_AUTHORITY),
});

const SERVER = { ...OTHER, alpnProtocols: ["sip"] };

/** Listens over TLS by an endpoint. */
async function listen(test: TCPCase): Promise<RecordingServers> {
  const servers = new RecordingServers(test.log, { name: "server" });
  const endpoint = new SSL4ServerEndpoint(test.reactor, 0, SERVER, { interface: "127.0.0.1" });
  servers.port = await endpoint.listen(servers) as TCPPort;
  return servers;
}

/** A client's factory that says what it speaks. */
class Negotiating extends ServerFactory {
  readonly made: Recorder[] = [];

  override buildProtocol(): Recorder {
    const protocol = new Recorder([], { name: "" });
    this.made.push(protocol);
    return protocol;
  }

  acceptableProtocols(): readonly string[] {
    return ["sip"];
  }
}

/** Registers the cases. */
export function tlsEndpointCases(suite: TCPSuite): void {
  const kinds: Readonly<Record<string, (test: TCPCase, port: number) => IStreamClientEndpoint>> = {
    "SSL4ClientEndpoint.connect()": ({ reactor }, port) =>
      new SSL4ClientEndpoint(reactor, "127.0.0.1", port, CLIENT),
    "wrapClientTLS()": ({ reactor }, port) =>
      wrapClientTLS(CLIENT, new TCP4ClientEndpoint(reactor, "127.0.0.1", port)),
  };
  for (const [name, make] of Object.entries(kinds)) {
    suite(`${name} speaks TLS, and tells the protocol of the handshake`, async (test) => {
      const servers = await listen(test);
      const recorder = new Recorder(test.log, { name: "client" });
      const endpoint = make(test, servers.port.getHost().port);
      const client = await connectProtocol(endpoint, recorder);
      assert(client === recorder);
      client.say("hello");
      const server = await servers.next();
      await Promise.all([client.secured, server.secured, server.has(5)]);
      assert((client.transport as TLSTransport).TLS);
      client.transport.loseConnection();
      await Promise.all([client.lost(), server.lost()]);
      assertEquals(server.text, "hello");
    });

    suite(`${name} names the factory's protocols, and takes its refusal`, async (test) => {
      const servers = await listen(test);
      const endpoint = make(test, servers.port.getHost().port);
      const factory = new Negotiating();
      await endpoint.connect(factory);
      const server = await servers.next();
      await server.secured;
      assertEquals((server.transport as TLSTransport).negotiatedProtocol, "sip");
      server.transport.loseConnection();
      await factory.made[0]?.lost();
      const refusing = new ServerFactory();
      refusing.buildProtocol = () => null;
      await assertRejects(async () => await endpoint.connect(refusing), NoProtocol);
    });
  }

  suite(
    "SSL4ClientEndpoint.connect() tells the protocol of a refused certificate",
    async (test) => {
      const servers = await listen(test);
      const { port } = servers.port.getHost();
      const source = optionsForClientTLS("www.test", {
        trustRoot: Certificate.loadPEM(OTHER_AUTHORITY),
      });
      const endpoint = new SSL4ClientEndpoint(test.reactor, "127.0.0.1", port, source);
      const client = new Recorder(test.log, { name: "client" });
      await connectProtocol(endpoint, client);
      const { value } = await client.lost();
      assertInstanceOf(value, VerifyError);
      assert(value instanceof SSLError);
      assertEquals(value.code, "CERTIFICATE_WRONG_NAME");
      await (await servers.next()).lost();
    },
  );

  suite("SSL4ServerEndpoint.listen() fails without a certificate", async ({ reactor, log }) => {
    const endpoint = new SSL4ServerEndpoint(reactor, 0, {}, { interface: "127.0.0.1" });
    const factory = new RecordingServers(log, { name: "server" });
    await assertRejects(async () => await endpoint.listen(factory), CertificateError);
    assertEquals(log, []);
  });
}
