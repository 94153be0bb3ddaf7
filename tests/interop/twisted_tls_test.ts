/**
 * TLS in the middle of a dialogue between our transports and Twisted's.
 *
 * Needs Debian's packages python3-twisted, python3-openssl and python3-service-identity; without
 * them the tests are skipped and say so.
 */

import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  Certificate,
  CertificateOptions,
  type ITLSTransport,
  LineReceiver,
  optionsForClientTLS,
  PrivateCertificate,
  trustRootFromCertificates,
  VerifyError,
} from "../../reactor/mod.ts";
import { OTHER, OTHER_AUTHORITY } from "../contract/tls_certificates.ts";
import { linesOfClean, towerTest, type TwistedRun, twistedTest } from "./twisted_run.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What each server answers: how long the line is, and how it begins. */
const ANSWERS = [
  "5 nialp",
  "5 READY",
  "6 terces",
  "16384 aaaaaaaaaa",
  "16384 bbbbbbbbbb",
  "16384 cccccccccc",
  "3 BYE",
];

towerTest("We go over to TLS in the middle of a dialogue with Twisted's server", async (run) => {
  const client = new Client("localhost");
  const lines = linesOfClean(await withFolder((folder) => run.ask("starttls", client, folder)));
  assertEquals(client.heard, [...ANSWERS.slice(0, 2), "secured", ...ANSWERS.slice(2)]);
  assertEquals(lines, []);
});

towerTest("Twisted's client goes over to TLS in a dialogue with our server", async (run) => {
  const lines = linesOfClean(await servingTLS(run, "localhost"));
  const [plain, ready, ...secret] = ANSWERS.map((answer) => `LINE ${answer}`);
  assertEquals(lines, [plain, ready, "SECURED localhost", ...secret]);
});

twistedTest("We refuse the certificate of Twisted's server for another name", async (run) => {
  const client = new Client("bar.test");
  const { reason } = await withFolder((folder) => run.ask("starttls", client, folder));
  assertInstanceOf(reason, VerifyError);
  assertEquals(reason.code, "CERTIFICATE_WRONG_NAME");
  assertEquals(client.heard, ANSWERS.slice(0, 2));
});

twistedTest("Twisted's client refuses our certificate for another name", async (run) => {
  const { lines, reason } = await servingTLS(run, "bar.test");
  assertEquals(lines.slice(0, 2), ANSWERS.slice(0, 2).map((answer) => `LINE ${answer}`));
  assertEquals(lines.at(-1), "LOST VerificationError");
  assertEquals(reason.name, "SSLError");
});

/** Serves a client of Twisted that expects a certificate for a name. */
function servingTLS(run: TwistedRun, name: string): ReturnType<TwistedRun["serve"]> {
  return withFolder((folder) => run.serve("starttls", new Server(), folder, name));
}

/** Lends a folder with the certificates that the programs look for. */
async function withFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/cert.pem`, OTHER.cert);
    await Deno.writeTextFile(`${folder}/key.pem`, OTHER.key);
    await Deno.writeTextFile(`${folder}/authority.pem`, OTHER_AUTHORITY);
    return await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Goes over to TLS at "STARTTLS"; sends other lines back, the last byte first. */
class Server extends LineReceiver {
  override lineReceived(line: Uint8Array): void {
    switch (decoder.decode(line)) {
      case "STARTTLS": {
        this.sendLine(encoder.encode("READY"));
        const certificate = PrivateCertificate.loadPEM(OTHER.cert + OTHER.key);
        (this.transport as ITLSTransport).startTLS(new CertificateOptions({ certificate }));
        break;
      }
      case "QUIT":
        this.sendLine(encoder.encode("BYE"));
        this.transport.loseConnection();
        break;
      default:
        this.sendLine(line.toReversed());
    }
  }
}

class Client extends LineReceiver {
  /** How long each line was, and how it began; and when the handshake was over. */
  readonly heard: string[] = [];
  readonly #name: string;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  override connectionMade(): void {
    this.#say("plain");
  }

  override lineReceived(line: Uint8Array): void {
    const text = decoder.decode(line);
    this.heard.push(`${text.length} ${text.slice(0, 10)}`);
    if (text === "nialp") this.#say("STARTTLS");
    if (text !== "READY") return;
    const trustRoot = trustRootFromCertificates([Certificate.loadPEM(OTHER_AUTHORITY)]);
    const options = optionsForClientTLS(this.#name, { trustRoot });
    (this.transport as ITLSTransport).startTLS(options);
    this.#say("secret");
    for (const letter of "abc") this.#say(letter.repeat(16_384));
    this.#say("QUIT");
  }

  handshakeCompleted(): void {
    this.heard.push("secured");
  }

  #say(text: string): void {
    this.sendLine(encoder.encode(text));
  }
}
