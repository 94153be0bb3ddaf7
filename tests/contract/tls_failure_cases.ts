/**
 * TLS from the start: what is agreed on, and how it fails.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  Certificate,
  CertificateOptions,
  ClientContextFactory,
  ConnectionAborted,
  ConnectionDone,
  ConnectionLost,
  type Failure,
  optionsForClientTLS,
  PrivateCertificate,
  SSLError,
  type TLSContextSource,
  trustRootFromCertificates,
  VerifyError,
  type VerifyErrorCode,
} from "../../reactor/mod.ts";
import { RecordingClients, RecordingServers, type RecordingSetup } from "./tcp_recorders.ts";
import type { TCPCase, TCPSuite } from "./tcp_contract.ts";
import {
  AUTHORITY,
  CERTIFICATE,
  EXPIRED,
  FUTURE,
  KEY,
  OTHER,
  OTHER_AUTHORITY,
  SELF_SIGNED,
} from "./tls_certificates.ts";
import { CLIENT_TLS, SERVER_TLS, transportOf } from "./tls_start_cases.ts";

const SERVER = new CertificateOptions({ certificate: CERTIFICATE, privateKey: KEY });
const TRUST = trustRootFromCertificates([Certificate.loadPEM(AUTHORITY)]);
const CLIENT = optionsForClientTLS("localhost", { trustRoot: TRUST });
const OTHER_TRUST = Certificate.loadPEM(OTHER_AUTHORITY);

/** A server's factory that says what it speaks. */
class NegotiatingServers extends RecordingServers {
  acceptableProtocols(): readonly string[] {
    return ["imap", "h2"];
  }
}

interface Attempt {
  readonly servers: RecordingServers;
  readonly clients: RecordingClients;
}

/** Listens and connects over TLS. */
function attempt(
  test: TCPCase,
  server: TLSContextSource,
  client: TLSContextSource,
  setup: { readonly server?: RecordingSetup; readonly client?: RecordingSetup } = {},
): Attempt {
  const servers = new NegotiatingServers(test.log, { name: "server", ...setup.server });
  const clients = new RecordingClients(test.log, { name: "client", ...setup.client });
  servers.port = test.reactor.listenSSL(0, servers, server, { interface: "127.0.0.1" });
  const { port } = servers.port.getHost();
  clients.connector = test.reactor.connectSSL("127.0.0.1", port, clients, client);
  return { servers, clients };
}

/** Connects, and waits until both ends are lost. */
async function fails(
  test: TCPCase,
  server: TLSContextSource,
  client: TLSContextSource,
): Promise<{ readonly client: Failure; readonly server: Failure }> {
  const { servers, clients } = attempt(test, server, client);
  const [there, here] = await Promise.all([servers.next(), clients.next()]);
  return { client: await here.lost(), server: await there.lost() };
}

function assertRefused(reason: Failure, code: VerifyErrorCode): void {
  const { value } = reason;
  assertInstanceOf(value, VerifyError);
  assertEquals(value.code, code);
  assert(value instanceof SSLError && value instanceof ConnectionLost);
  assertInstanceOf(value.cause, Error);
}

/** Registers the cases. */
export function tlsFailureCases(suite: TCPSuite): void {
  agreementCases(suite);
  certificateCases(suite);
  brokenCases(suite);
  endCases(suite);
}

function agreementCases(suite: TCPSuite): void {
  suite(
    "listenSSL() and connectSSL() agree on a protocol, and tell of the handshake",
    async (test) => {
      const client = optionsForClientTLS("localhost", {
        trustRoot: TRUST,
        acceptableProtocols: ["h2", "imap"],
      });
      const { servers, clients } = attempt(test, SERVER, client);
      const [there, here] = await Promise.all([servers.next(), clients.next()]);
      here.say("before the handshake");
      await Promise.all([there.secured, here.secured]);
      assertEquals(transportOf(here).negotiatedProtocol, transportOf(there).negotiatedProtocol);
      assert(["imap", "h2"].includes(transportOf(here).negotiatedProtocol ?? ""));
      await there.has(20);
      assertEquals(there.text, "before the handshake");
      here.transport.loseConnection();
      await there.lost();
      await clients.end();
    },
  );

  suite("INET-62 a port over TLS says its number", async (test) => {
    const { servers, clients } = attempt(test, SERVER, CLIENT);
    const { port } = servers.port.getHost();
    assertEquals(`${servers.port}`, `<NegotiatingServers on ${port}>`);
    const [there, here] = await Promise.all([servers.next(), clients.next()]);
    await here.secured;
    here.transport.loseConnection();
    await there.lost();
  });

  suite(
    "CertificateOptions asks the client for a certificate when it has a trustRoot",
    async (test) => {
      const server = new CertificateOptions({
        certificate: CERTIFICATE,
        privateKey: KEY,
        trustRoot: OTHER_TRUST,
      });
      const clientCertificate = PrivateCertificate.loadPEM(OTHER.cert + OTHER.key);
      const client = optionsForClientTLS("localhost", { trustRoot: TRUST, clientCertificate });
      const { servers, clients } = attempt(test, server, client);
      const [there, here] = await Promise.all([servers.next(), clients.next()]);
      await Promise.all([there.secured, here.secured]);
      assert(transportOf(there).getPeerCertificate()?.equals(clientCertificate));
      here.transport.loseConnection();
      await there.lost();
      await here.lost();
      assertRefused((await fails(test, server, CLIENT)).server, "CERTIFICATE_MISSING");
    },
  );

  suite("ClientContextFactory trusts anybody", async (test) => {
    const { servers, clients } = attempt(test, EXPIRED, new ClientContextFactory());
    const [there, here] = await Promise.all([servers.next(), clients.next()]);
    await Promise.all([there.secured, here.secured]);
    here.transport.loseConnection();
    await there.lost();
  });
}

const REFUSED: readonly (readonly [VerifyErrorCode, TLSContextSource, TLSContextSource])[] = [
  ["CERTIFICATE_EXPIRED", EXPIRED, { caCerts: [OTHER_AUTHORITY] }],
  ["CERTIFICATE_NOT_YET_VALID", FUTURE, { caCerts: [OTHER_AUTHORITY] }],
  ["CERTIFICATE_SELF_SIGNED", SELF_SIGNED, { caCerts: [OTHER_AUTHORITY] }],
  ["CERTIFICATE_UNTRUSTED", OTHER, { caCerts: [AUTHORITY] }],
  // The name is that which was connected to, unless another is given.
  ["CERTIFICATE_WRONG_NAME", SERVER_TLS, { caCerts: [AUTHORITY] }],
  ["CERTIFICATE_WRONG_NAME", SERVER_TLS, optionsForClientTLS("bar.test", { trustRoot: TRUST })],
];

function certificateCases(suite: TCPSuite): void {
  for (const [index, [code, server, client]] of REFUSED.entries()) {
    suite(`OSSL-07 a refused certificate ends both sides: ${code} (${index})`, async (test) => {
      const reasons = await fails(test, server, client);
      assertRefused(reasons.client, code);
      assertInstanceOf(reasons.server.value, ConnectionLost);
    });
  }

  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    suite(
      `OSSL-08, OSSL-11 a side speaks the versions that it is told: ${maxVersion}`,
      async (test) => {
        const other = maxVersion === "TLSv1.2" ? "TLSv1.3" : "TLSv1.2";
        const options = { certificate: CERTIFICATE, privateKey: KEY };
        const one = { raiseMinimumTo: maxVersion, lowerMaximumSecurityTo: maxVersion };
        const server = new CertificateOptions({ ...options, ...one });
        const { servers, clients } = attempt(test, server, CLIENT_TLS);
        const [there, here] = await Promise.all([servers.next(), clients.next()]);
        await Promise.all([there.secured, here.secured]);
        here.transport.loseConnection();
        await Promise.all([there.lost(), here.lost()]);
        const reasons = await fails(test, server, {
          ...CLIENT_TLS,
          minVersion: other,
          maxVersion: other,
        });
        assertInstanceOf(reasons.server.value, SSLError);
        assertEquals(reasons.server.value.code, "TLS_NO_COMMON_VERSION");
        assertInstanceOf(reasons.client.value, SSLError);
      },
    );
  }

  suite("no protocol in common ends both sides", async (test) => {
    const reasons = await fails(test, SERVER, { ...CLIENT_TLS, alpnProtocols: ["smtp"] });
    assertInstanceOf(reasons.server.value, SSLError);
    assertEquals(reasons.server.value.code, "TLS_NO_COMMON_PROTOCOL");
    assertInstanceOf(reasons.client.value, SSLError);
  });
}

function brokenCases(suite: TCPSuite): void {
  suite(
    "plain text to a port over TLS ends the connection, and others are accepted",
    async (test) => {
      const { servers, clients } = attempt(test, SERVER, CLIENT);
      const [there, here] = await Promise.all([servers.next(), clients.next()]);
      await here.secured;
      const plain = test.connect(servers, {
        name: "plain",
        made: (p) => p.say("GET / HTTP/1.0\r\n"),
      });
      const server = await servers.next();
      const reason = (await server.lost()).value;
      assertInstanceOf(reason, SSLError);
      assertEquals([reason.code, server.size], ["TLS_NOT_SPOKEN", 0]);
      await plain.end();
      here.say("still here");
      await there.has(10);
      here.transport.loseConnection();
      await there.lost();
    },
  );

  suite("OSSL-05 a peer that goes away during the handshake ends it", async (test) => {
    const servers = test.serve({ made: (protocol) => protocol.transport.loseConnection() });
    const clients = new RecordingClients(test.log, { name: "client" });
    const { port } = servers.port.getHost();
    clients.connector = test.reactor.connectSSL("127.0.0.1", port, clients, CLIENT_TLS);
    const reason = (await clients.end()).value;
    assertInstanceOf(reason, SSLError);
    assertEquals(reason.code, "TLS_CLOSED");
    assertEquals(clients.protocols[0]?.reason?.value, reason);
  });

  suite("OSSL-05 loseConnection() in connectionMade() gives the handshake up", async (test) => {
    const { clients } = attempt(test, SERVER, CLIENT, {
      client: { made: (protocol) => protocol.transport.loseConnection() },
    });
    assertInstanceOf((await clients.end()).value, ConnectionAborted);
  });

  suite("loseConnection() in connectionMade() sends what was written before", async (test) => {
    const { servers, clients } = attempt(test, SERVER, CLIENT, {
      client: {
        made: (protocol) => {
          protocol.say("the only words");
          protocol.transport.loseConnection();
        },
      },
    });
    const there = await servers.next();
    assertInstanceOf((await there.lost()).value, ConnectionDone);
    assertEquals(there.text, "the only words");
    assertInstanceOf((await clients.end()).value, ConnectionDone);
  });

  suite("connect() of a connector begins TLS again", async (test) => {
    let losses = 0;
    const { servers, clients } = attempt(test, SERVER, CLIENT, {
      client: {
        clientLost: (connector) => {
          if (losses++ === 0) connector.connect();
        },
      },
    });
    for (let round = 0; round < 2; round++) {
      const [there, here] = await Promise.all([servers.next(), clients.next()]);
      await here.secured;
      here.transport.loseConnection();
      await there.lost();
      await clients.end();
    }
  });
}

function endCases(suite: TCPSuite): void {
  suite("OSSL-06 both sides may close at once, and both end cleanly", async (test) => {
    const { servers, clients } = attempt(test, SERVER, CLIENT);
    const [there, here] = await Promise.all([servers.next(), clients.next()]);
    await Promise.all([there.secured, here.secured]);
    here.transport.loseConnection();
    there.transport.loseConnection();
    assertEquals([here.losses, there.losses], [0, 0]);
    assertInstanceOf((await here.lost()).value, ConnectionDone);
    assertInstanceOf((await there.lost()).value, ConnectionDone);
  });

  suite(
    "loseConnection() over TLS waits for the peer, and abortConnection() does not",
    async (test) => {
      const { servers, clients } = attempt(test, SERVER, CLIENT);
      const [there, here] = await Promise.all([servers.next(), clients.next()]);
      await Promise.all([there.secured, here.secured]);
      transportOf(there).pauseProducing();
      here.transport.loseConnection();
      await test.passes(10);
      here.say("too late");
      assertEquals(here.losses, 0);
      transportOf(here).pauseProducing();
      transportOf(here).abortConnection();
      assertInstanceOf((await here.lost()).value, ConnectionAborted);
      transportOf(there).resumeProducing();
      await there.lost();
      assertEquals(there.size, 0);
    },
  );

  suite("an end without a goodbye is no clean end", async (test) => {
    const { servers, clients } = attempt(test, SERVER, CLIENT);
    const [there, here] = await Promise.all([servers.next(), clients.next()]);
    await Promise.all([there.secured, here.secured]);
    there.say("half of wh");
    await here.has(10);
    transportOf(there).abortConnection();
    const reason = (await here.lost()).value;
    assertInstanceOf(reason, ConnectionLost);
    assert(!(reason instanceof SSLError));
    assertInstanceOf((await there.lost()).value, ConnectionAborted);
  });

  suite(
    "loseWriteConnection() over TLS says goodbye, and the peer ends both directions",
    async (test) => {
      const { servers, clients } = attempt(test, SERVER, CLIENT, {
        client: { halfCloseable: true },
        server: { halfCloseable: true },
      });
      const [there, here] = await Promise.all([servers.next(), clients.next()]);
      await Promise.all([there.secured, here.secured]);
      here.say("all that I have");
      transportOf(here).loseWriteConnection();
      assertInstanceOf((await there.lost()).value, ConnectionDone);
      assertEquals(there.text, "all that I have");
      assertInstanceOf((await here.lost()).value, ConnectionDone);
      assert(test.log.includes("client: write side lost"));
      assert(!test.log.includes("server: read side lost"));
    },
  );

  suite("what handshakeCompleted() throws is logged and ends the connection", async (test) => {
    const { servers, clients } = attempt(test, SERVER, CLIENT);
    const [there, here] = await Promise.all([servers.next(), clients.next()]);
    here.handshakeCompleted = () => {
      throw new RangeError("no, thanks");
    };
    assertInstanceOf((await here.lost()).value, RangeError);
    await there.lost();
    assertEquals(test.world.takeReports().length, 1);
  });
}
