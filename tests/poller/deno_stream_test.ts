/** Streams over connections that do what a test says. */

import { assertEquals, assertInstanceOf } from "@std/assert";
import { DenoPoller } from "../../poller/deno_poller.ts";
import type { DenoHandle, HandleSite } from "../../poller/deno_handle.ts";
import type { NativeStream } from "../../poller/deno_native_stream.ts";
import { DenoStream } from "../../poller/deno_stream.ts";
import { NullDescriptorReserve } from "../../poller/descriptor_reserve.ts";
import { READ, TLSError, WRITE } from "../../poller/mod.ts";
import { Farewells } from "../../poller/deno_farewells.ts";
import { RenewingMap } from "../../poller/renewing_map.ts";

const ADDRESS = { transport: "tcp", hostname: "127.0.0.1", port: 9 } as const;

/** A site whose poller only hands on what gets ready. */
function makeSite(raised: (handle: DenoHandle) => void = () => {}): HandleSite {
  const sink = { raised, started() {}, taken() {}, closed() {} };
  return {
    sink,
    handles: new RenewingMap(),
    farewells: new Farewells(),
    reserve: new NullDescriptorReserve(),
    report() {},
  };
}

/** A connection on which nothing happens, but for what is given. */
function connection(parts: Partial<NativeStream>): NativeStream {
  return {
    localAddr: ADDRESS,
    remoteAddr: ADDRESS,
    read: () => new Promise(() => {}),
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close() {},
    ...parts,
  };
}

Deno.test("DenoStream sets an option again that was refused while it wrote", async () => {
  const log: string[] = [];
  const written = Promise.withResolvers<number>();
  let isWriting = false;
  const conn = connection({
    write: () => {
      isWriting = true;
      return written.promise;
    },
    setNoDelay(noDelay) {
      log.push(`${isWriting ? "refused" : "set"} ${noDelay}`);
      if (isWriting) throw new Deno.errors.Busy("Resource is in use");
    },
  });
  const stream = DenoStream.over(makeSite(), conn);
  stream.send(new Uint8Array(1));
  stream.setNoDelay(false);
  assertEquals(log, ["set true", "refused false"]);
  isWriting = false;
  written.resolve(1);
  await written.promise;
  assertEquals(log, ["set true", "refused false", "set false"]);
  stream.close();
});

Deno.test("DenoStream.startTls() begins with what was received and not taken", async () => {
  const arrived = new TextEncoder().encode("220 ready\r\nthis is not TLS at all\r\n");
  let reads = 0;
  const conn = connection({
    read: (buffer) => {
      if (reads++ > 0) return Promise.resolve(null);
      buffer.set(arrived);
      return Promise.resolve(arrived.length);
    },
  });
  const secured = Promise.withResolvers<DenoHandle>();
  const stream = DenoStream.over(makeSite(secured.resolve), conn);
  stream.interest = READ;
  stream.arm();
  await Promise.resolve();
  const line = new Uint8Array(11);
  assertEquals(stream.receiveInto(line), 11);
  const secure = stream.startTls({ side: "client" });
  secure.registered = true;
  secure.interest = WRITE;
  await secured.promise;
  const error = secure.takeError();
  assertInstanceOf(error, TLSError);
  // Had the rest been lost, the connection would have been closed without a word.
  assertEquals(error.reason, "not-tls");
  secure.close();
});

Deno.test("DenoPoller arms reads when all handlers of a batch have run", async () => {
  const poller = new DenoPoller({ now: () => performance.now() / 1000 });
  const log: string[] = [];
  const streams = [0, 1].map((i) => {
    const read = (): Promise<number> => {
      log.push(`read ${i}`);
      return log.length > 2 ? new Promise(() => {}) : Promise.resolve(5);
    };
    const stream = DenoStream.over({ ...makeSite(), sink: poller }, connection({ read }));
    poller.register(stream, READ);
    return stream;
  });
  while (log.length < 6) {
    await new Promise<void>((resolve) =>
      poller.poll(0.01, (handle) => {
        const i = streams.indexOf(handle as DenoStream);
        log.push(`take ${streams[i]?.receive()?.length} of ${i}`);
      }, resolve)
    );
  }
  assertEquals(log, ["read 0", "read 1", "take 5 of 0", "take 5 of 1", "read 0", "read 1"]);
  for (const stream of streams) stream.abort();
  poller.close();
});
