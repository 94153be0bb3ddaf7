/**
 * Streams and servers beside those of Tornado 6, in both roles, with TLS and without.
 *
 * Needs Debian's package python3-tornado; where it is missing the tests are skipped and say so.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  type IOLoop,
  type IOStream,
  StreamClosedError,
  TCPClient,
  TCPServer,
  type TCPServerOptions,
} from "../../ioloop/mod.ts";
import { DenoPlatform } from "../../poller/mod.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "../contract/tls_certificates.ts";
import { LOOPS } from "../ioloop/loops.ts";

/** Debian's own Python: another one does not have Debian's packages. */
const PYTHON = "/usr/bin/python3";
const PEER = new URL("tornado/streams.py", import.meta.url).pathname;
const LARGE = 4 << 20;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** How a connection begins. */
type Transport = "plain" | "tls";

const IS_INSTALLED = isInstalled();
if (!IS_INSTALLED) {
  console.log("skipped: streams beside Tornado's, since python3-tornado is not installed");
}

function isInstalled(): boolean {
  try {
    return new Deno.Command(PYTHON, {
      args: ["-c", "import tornado"],
      stdout: "null",
      stderr: "null",
    }).outputSync().success;
  } catch {
    return false;
  }
}

/** Tornado's end, as a process; it is killed if it does not end by itself. */
class Peer implements AsyncDisposable {
  readonly #folder: string;
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #errors: Promise<string>;
  #text = "";

  private constructor(folder: string, role: string, transport: Transport, args: string[]) {
    this.#folder = folder;
    this.#child = new Deno.Command(PYTHON, {
      args: ["-W", "ignore", PEER, role, folder, transport, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#errors = new Response(this.#child.stderr).text();
  }

  static async start(role: string, transport: Transport, ...args: string[]): Promise<Peer> {
    const folder = await Deno.makeTempDir();
    const files = { authority: AUTHORITY, certificate: CERTIFICATE, key: KEY };
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}.pem`, text);
    }
    return new Peer(folder, role, transport, args);
  }

  /** Waits until a server listens; its port. */
  async port(): Promise<number> {
    for (;;) {
      const port = /^PORT (\d+)$/m.exec(this.#text)?.[1];
      if (port !== undefined) return Number(port);
      const { value, done } = await this.#lines.read();
      if (done) throw new Error(`The peer has ended: ${await this.#errors}`);
      this.#text += value;
    }
  }

  /** Waits for the end of a client; what it printed, and what went wrong. */
  async end(): Promise<{ lines: string[]; errors: string }> {
    for (let piece; !(piece = await this.#lines.read()).done;) this.#text += piece.value;
    return { lines: this.#text.trim().split("\n"), errors: await this.#errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#child.status;
    await this.#lines.cancel();
    await this.#errors;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function pattern(count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count);
  for (let i = 0; i < count; i++) bytes[i] = (i % 251) * 7 % 251;
  return bytes;
}

async function digest(data: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", data as Uint8Array<ArrayBuffer>);
  return new Uint8Array(hash).toHex() + "\n";
}

async function send(stream: IOStream, text: string): Promise<void> {
  await stream.write(encoder.encode(text));
}

async function readLine(stream: IOStream): Promise<string> {
  return decoder.decode(await stream.readUntil("\n", { maxBytes: 100 }));
}

/** Sends two lines and reads the answers, up to the end. */
async function talk(stream: IOStream): Promise<void> {
  await send(stream, "hello\n");
  assertEquals(await readLine(stream), "HELLO\n");
  await send(stream, "bye\n");
  assertEquals(decoder.decode(await stream.readUntilClose()), "BYE\n");
}

/** This end of the exercises as a server. */
class Exercises extends TCPServer {
  override async handleStream(stream: IOStream): Promise<void> {
    try {
      (await this.#exercise(stream)).close();
    } catch (error) {
      if (!(error instanceof StreamClosedError)) throw error;
    }
  }

  async #exercise(stream: IOStream): Promise<IOStream> {
    const [name, count] = (await readLine(stream)).trim().split(" ");
    switch (name) {
      case "lines":
        return await echoLines(stream);
      case "bytes":
        await send(stream, await digest(await stream.readBytes(Number(count))));
        return stream;
      case "close":
        await stream.write(pattern(Number(count)));
        return stream;
      default:
        await send(stream, "go\n");
        return await echoLines(
          await stream.startTls({ side: "server", cert: CERTIFICATE, key: KEY }),
        );
    }
  }
}

async function echoLines(stream: IOStream): Promise<IOStream> {
  for (;;) {
    const line = await readLine(stream);
    await send(stream, line.toUpperCase());
    if (line === "bye\n") return stream;
  }
}

/** Runs a test on a loop of its own, at the bottom and on top of a tower. */
function beside(name: string, body: (ioLoop: IOLoop) => Promise<void>): void {
  for (
    const { name: tower, makeLoop } of [LOOPS[0], LOOPS[2]].filter((each) => each !== undefined)
  ) {
    Deno.test({
      name: `${name} [${tower}]`,
      ignore: !IS_INSTALLED,
      fn: async () => {
        const platform = new DenoPlatform();
        const ioLoop = makeLoop(platform, { makeCurrent: false });
        try {
          await ioLoop.runSync(() => body(ioLoop), 60);
        } finally {
          ioLoop.close();
          platform.poller.close();
        }
        assertEquals([...platform.network.handles.values()].map(({ kind }) => kind), []);
      },
    });
  }
}

/** The exercises of a client beside a server of Tornado's. */
async function exercise(ioLoop: IOLoop, transport: Transport, port: number): Promise<void> {
  const secure = transport === "plain" ? {} : { sslOptions: { caCerts: [AUTHORITY] } };
  const connect = () => new TCPClient({ ioLoop }).connect("localhost", port, secure);
  {
    using stream = await connect();
    await send(stream, "lines\n");
    await talk(stream);
  }
  {
    using stream = await connect();
    const data = pattern(LARGE);
    const written = Promise.all([send(stream, `bytes ${LARGE}\n`), stream.write(data)]);
    assertEquals(await readLine(stream), await digest(data));
    await written;
  }
  {
    using stream = await connect();
    await send(stream, `close ${LARGE}\n`);
    const data = await stream.readUntilClose();
    assertEquals(await digest(data), await digest(pattern(LARGE)));
  }
  if (transport === "tls") return;
  const stream = await connect();
  await send(stream, "starttls\n");
  assertEquals(await readLine(stream), "go\n");
  using upgraded = await stream.startTls({
    side: "client",
    hostname: "localhost",
    caCerts: [AUTHORITY],
  });
  await talk(upgraded);
}

for (const transport of ["plain", "tls"] as const) {
  beside(`IOStream talks to a server of Tornado's, ${transport}`, async (ioLoop) => {
    await using peer = await Peer.start("server", transport);
    await exercise(ioLoop, transport, await peer.port());
  });

  beside(`TCPServer serves a client of Tornado's, ${transport}`, async (ioLoop) => {
    const options: TCPServerOptions = transport === "plain"
      ? { ioLoop }
      : { ioLoop, sslOptions: { cert: CERTIFICATE, key: KEY } };
    using server = new Exercises(options);
    const [address] = server.listen(0, "127.0.0.1");
    await using peer = await Peer.start("client", transport, String(address?.port));
    const talked = ["answer HELLO", "answer BYE", "rest b''"];
    const more = transport === "plain" ? talked : [];
    assertEquals(await peer.end(), {
      lines: [...talked, "bytes True", "close True", ...more],
      errors: "",
    });
  });
}
