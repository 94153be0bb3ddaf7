/**
 * What our TLS and Twisted's agree on: the application protocol, and who the client is.
 *
 * Needs Debian's packages python3-twisted, python3-openssl and python3-service-identity; without
 * them the tests are skipped and say so.
 */

import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  Certificate,
  CertificateOptions,
  type CertificateOptionsInit,
  type ClientTLSOptions,
  type IContextFactory,
  type ISSLTransport,
  optionsForClientTLS,
  PrivateCertificate,
  Protocol,
  SSLError,
  trustRootFromCertificates,
  VerifyError,
} from "../../reactor/mod.ts";
import {
  CERTIFICATE,
  type CertificateWithKey,
  KEY,
  OTHER,
  OTHER_AUTHORITY,
  SELF_SIGNED,
} from "../contract/tls_certificates.ts";
import { linesOfClean, type Talk, towerTest, type TwistedRun, twistedTest } from "./twisted_run.ts";

const TRUST = trustRootFromCertificates([Certificate.loadPEM(OTHER_AUTHORITY)]);

// -- Application protocols --

towerTest("We choose Twisted's best of the application protocols that both speak", async (run) => {
  const client = ourClient({ acceptableProtocols: ["spdy/2", "http/1.1", "h2"] });
  const talk = await ask(run, client, { protocols: "h3,h2,http/1.1" });
  assertEquals(linesOfClean(talk), ["SPEAKS h2", "PEER nobody"]);
  assertEquals(client.log, ["speaks h2", "peer OTHER", "heard secret"]);
});

towerTest(
  "Twisted's client takes our best of the application protocols that both speak",
  async (run) => {
    const server = ourServer({ acceptableProtocols: ["h3", "h2", "http/1.1"] });
    const talk = await serve(run, server, { protocols: "spdy/2,http/1.1,h2" });
    assertEquals(linesOfClean(talk), ["SPEAKS h2", "PEER localhost", "HEARD secret"]);
    assertEquals(server.log, ["speaks h2", "peer nobody", "heard secret"]);
  },
);

twistedTest(
  "We and Twisted speak no application protocol when only one side has any",
  async (run) => {
    for (const [ours, theirs] of [[["h2"], ""], [undefined, "h2"]] as const) {
      const options = ours === undefined ? {} : { acceptableProtocols: ours };
      const client = ourClient(options);
      const asked = await ask(run, client, { protocols: theirs });
      assertEquals(linesOfClean(asked), ["SPEAKS nothing", "PEER nobody"]);
      assertEquals(client.log[0], "speaks nothing");
      const server = ourServer(options);
      const served = await serve(run, server, { protocols: theirs });
      assertEquals(linesOfClean(served)[0], "SPEAKS nothing");
      assertEquals(server.log[0], "speaks nothing");
    }
  },
);

// -- Certificates of clients --

towerTest("We show Twisted's server the certificate that it asks for", async (run) => {
  const client = ourClient({ clientCertificate: own(OTHER) });
  const talk = await ask(run, client, { clients: "known" });
  assertEquals(linesOfClean(talk), ["SPEAKS nothing", "PEER localhost"]);
  assertEquals(client.log.at(-1), "heard secret");
});

towerTest("Twisted's client shows our server the certificate that it asks for", async (run) => {
  const server = ourServer({ trustRoot: TRUST });
  const talk = await serve(run, server, { own: OTHER });
  assertEquals(linesOfClean(talk), ["SPEAKS nothing", "PEER localhost", "HEARD secret"]);
  assertEquals(server.log, ["speaks nothing", "peer OTHER", "heard secret"]);
});

const STRANGER: CertificateWithKey = { cert: CERTIFICATE, key: KEY };

for (
  const [what, certificate, code] of [
    ["no", null, "CERTIFICATE_MISSING"],
    ["a self-signed", SELF_SIGNED, "CERTIFICATE_SELF_SIGNED"],
    ["another authority's", STRANGER, "CERTIFICATE_UNTRUSTED"],
  ] as const
) {
  twistedTest(`Twisted's server refuses us with ${what} certificate`, async (run) => {
    const client = ourClient(certificate === null ? {} : { clientCertificate: own(certificate) });
    const { lines, reason } = await ask(run, client, { clients: "known" });
    assertEquals(lines, ["LOST Error"]);
    assertInstanceOf(reason, SSLError);
    assertEquals(client.log.includes("heard secret"), false);
  });

  twistedTest(`Our server refuses Twisted's client with ${what} certificate`, async (run) => {
    const server = ourServer({ trustRoot: TRUST });
    const { lines, reason } = await serve(run, server, { own: certificate });
    // Our side judges after the handshake, and closes the connection without an alert.
    assertEquals(lines.at(-1), "LOST ConnectionLost");
    assertEquals(lines.includes("HEARD secret"), false);
    assertInstanceOf(reason, VerifyError);
    assertEquals(reason.code as string, code);
    assertEquals(server.log, []);
  });
}

// -- Both sides --

/** What Twisted's side is started with. */
interface Theirs {
  /** The application protocols, with commas between them. */
  readonly protocols?: string;
  /** Whom its server serves. */
  readonly clients?: "any" | "known";
  /** The certificate of its client. */
  readonly own?: CertificateWithKey | null;
}

function ask(run: TwistedRun, client: Side, theirs: Theirs): Promise<Talk> {
  const { protocols = "", clients = "any" } = theirs;
  return withFolder(null, (folder) => run.ask("secure", client, folder, protocols, clients));
}

function serve(run: TwistedRun, server: Side, theirs: Theirs): Promise<Talk> {
  const { protocols = "" } = theirs;
  return withFolder(
    theirs.own ?? null,
    (folder) => run.serve("secure", server, folder, protocols),
  );
}

/** Lends a folder with the certificates that the program looks for. */
async function withFolder<T>(
  client: CertificateWithKey | null,
  body: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/cert.pem`, OTHER.cert);
    await Deno.writeTextFile(`${folder}/key.pem`, OTHER.key);
    await Deno.writeTextFile(`${folder}/authority.pem`, OTHER_AUTHORITY);
    if (client !== null) await Deno.writeTextFile(`${folder}/client.pem`, client.cert + client.key);
    return await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Goes over to TLS at once, and writes down what it hears. */
abstract class Side extends Protocol {
  readonly log: string[] = [];
  readonly #options: IContextFactory;

  constructor(options: IContextFactory) {
    super();
    this.#options = options;
  }

  override connectionMade(): void {
    this.secured.startTLS(this.#options);
  }

  handshakeCompleted(): void {
    const peer = this.secured.getPeerCertificate();
    this.log.push(`speaks ${this.secured.negotiatedProtocol ?? "nothing"}`);
    this.log.push(`peer ${peer === null ? "nobody" : peer.equals(own(OTHER)) ? "OTHER" : "?"}`);
  }

  override dataReceived(data: Uint8Array): void {
    this.log.push(`heard ${new TextDecoder().decode(data)}`);
  }

  protected get secured(): ISSLTransport {
    return this.transport as ISSLTransport;
  }
}

/** Says something, and closes the connection when that has come back. */
class Client extends Side {
  override connectionMade(): void {
    super.connectionMade();
    this.transport.write(new TextEncoder().encode("secret"));
  }

  override dataReceived(data: Uint8Array): void {
    super.dataReceived(data);
    this.transport.loseConnection();
  }
}

/** Sends back what it hears. */
class Server extends Side {
  override dataReceived(data: Uint8Array): void {
    super.dataReceived(data);
    this.transport.write(data);
  }
}

function own({ cert, key }: CertificateWithKey): PrivateCertificate {
  return PrivateCertificate.loadPEM(cert + key);
}

function ourClient(options: ClientTLSOptions): Client {
  return new Client(optionsForClientTLS("localhost", { trustRoot: TRUST, ...options }));
}

function ourServer(options: CertificateOptionsInit): Server {
  return new Server(new CertificateOptions({ certificate: own(OTHER), ...options }));
}
