/** Streams over connections that do what a test says. */

import { assertEquals, assertInstanceOf } from "@std/assert";
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
