/**
 * Endpoints over TLS as text: they name files.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  CertificateError,
  clientFromString,
  connectProtocol,
  EndpointStringError,
  PollReactor,
  quoteStringArgument,
  serverFromString,
  type TCPPort,
  type TLSTransport,
} from "../../reactor/mod.ts";
import { DenoWorld } from "../contract/deno_world.ts";
import { runGuarded } from "../contract/tcp_contract.ts";
import { Recorder, RecordingServers } from "../contract/tcp_recorders.ts";
import { OTHER, OTHER_AUTHORITY } from "../contract/tls_certificates.ts";

/** Runs a test with a reactor and with files: `key.pem`, `certificate.pem`, `both.pem`, `roots.pem`. */
function withFiles(
  body: (reactor: PollReactor, file: (name: string) => string) => Promise<void>,
): Promise<void> {
  return new DenoWorld().run(async ({ platform }) => {
    const folder = Deno.makeTempDirSync();
    try {
      Deno.writeTextFileSync(`${folder}/key.pem`, OTHER.key);
      Deno.writeTextFileSync(`${folder}/certificate.pem`, OTHER.cert);
      Deno.writeTextFileSync(`${folder}/both.pem`, OTHER.cert + OTHER.key);
      Deno.writeTextFileSync(`${folder}/roots.pem`, OTHER_AUTHORITY);
      const reactor = new PollReactor(platform);
      await runGuarded(
        reactor,
        () => body(reactor, (name) => quoteStringArgument(`${folder}/${name}`)),
      );
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

for (const type of ["ssl", "tls"] as const) {
  Deno.test(`serverFromString("ssl:…") and clientFromString("${type}:…") meet`, () =>
    withFiles(async (reactor, file) => {
      const server = serverFromString(
        reactor,
        `ssl:0:privateKey=${file("key.pem")}:certKey=${file("certificate.pem")}` +
          `:interface=127.0.0.1:protocols=h2,imap:extraCertChain=${file("roots.pem")}`,
      );
      const servers = new RecordingServers([], { name: "server" });
      const port = await server.listen(servers) as TCPPort;
      const client = clientFromString(
        reactor,
        `${type}:127.0.0.1:${port.getHost().port}:trustRoots=${file("roots.pem")}` +
          `:protocols=imap:certificate=${file("both.pem")}:timeout=5`,
      );
      const protocol = await connectProtocol(client, new Recorder([], { name: "client" }));
      await protocol.secured;
      assertEquals((protocol.transport as TLSTransport).negotiatedProtocol, "imap");
      const there = await servers.next();
      protocol.transport.loseConnection();
      await Promise.all([there.lost(), protocol.lost()]);
    }));
}

Deno.test("serverFromString() takes the certificate from the file of the key", () =>
  withFiles((reactor, file) => {
    const endpoint = serverFromString(reactor, `ssl:8443:${file("both.pem")}`);
    assertEquals(`${endpoint}`, "<SSL4ServerEndpoint *:8443>");
    return Promise.resolve();
  }));

Deno.test("endpoint texts over TLS that name no such file, or say nonsense, throw", () =>
  withFiles((reactor, file) => {
    const missing = file("missing.pem");
    assertThrows(() => serverFromString(reactor, `ssl:0:privateKey=${missing}`), CertificateError);
    for (
      const text of [`tls:a.test:1:trustRoots=${missing}`, `ssl:a.test:1:certificate=${missing}`]
    ) {
      assertThrows(() => clientFromString(reactor, text), CertificateError);
    }
    const key = file("key.pem");
    assertThrows(
      () => clientFromString(reactor, `tls:a.test:1:trustRoots=${key}`),
      CertificateError,
    );
    for (const text of ["ssl:a.test", "tls:a.test", "tls:a.test:0", "tls:a.test:1:colour=red"]) {
      assertThrows(() => clientFromString(reactor, text), EndpointStringError);
    }
    assertThrows(() => serverFromString(reactor, "ssl:https"), EndpointStringError);
    assert(`${clientFromString(reactor, "tls:a.test:443")}`.startsWith("<TLS over "));
    return Promise.resolve();
  }));
