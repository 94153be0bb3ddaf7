/**
 * Lines and strings over connections.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Failure, FileSender, Int32StringReceiver, LineReceiver } from "../../reactor/mod.ts";
import { Making, type ProtocolsSuite } from "./protocols_contract.ts";

/** Writes down lines and the end. */
class Lines extends LineReceiver {
  readonly log: string[];
  readonly over: PromiseWithResolvers<void> = Promise.withResolvers();
  constructor(log: string[]) {
    super();
    this.log = log;
  }
  override lineReceived(line: Uint8Array): void {
    this.log.push(new TextDecoder().decode(line));
  }
  override connectionLost(reason: Failure): void {
    this.log.push((reason.value as Error).name);
    this.over.resolve();
  }
}

/** Registers the cases. */
export function lineCases(suite: ProtocolsSuite): void {
  suite("LineReceiver delivers no line after one at which it closed or aborted", async (test) => {
    for (const how of ["loseConnection", "abortConnection"] as const) {
      class Closing extends Lines {
        override lineReceived(line: Uint8Array): void {
          super.lineReceived(line);
          this.transport[how]();
        }
      }
      const server = new Closing(test.log);
      const client = new Lines([]);
      client.connectionMade = () =>
        client.transport.write(new TextEncoder().encode("one\r\ntwo\r\n"));
      test.connect(test.listen(new Making(() => server)), client);
      await Promise.all([server.over.promise, client.over.promise]);
    }
    assertEquals(test.log, ["one", "ConnectionDone", "one", "ConnectionAborted"]);
  });

  suite("Int32StringReceiver carries strings of all sizes", async (test) => {
    const sizes = [0, 1, 5, 300_000, 2, 65_536];
    const { promise: complete, resolve } = Promise.withResolvers<void>();
    const received: number[] = [];
    class Receiving extends Int32StringReceiver {
      override maxLength = 300_000;
      override stringReceived(string: Uint8Array): void {
        received.push(string.length);
        if (string.some((byte) => byte !== string.length % 251)) received.push(NaN);
        if (received.length === sizes.length) this.transport.loseConnection();
      }
      override connectionLost(): void {
        resolve();
      }
    }
    class Sending extends Int32StringReceiver {
      override connectionMade(): void {
        for (const size of sizes) this.sendString(new Uint8Array(size).fill(size % 251));
      }
    }
    test.connect(test.listen(new Making(() => new Receiving())), new Sending());
    await complete;
    assertEquals(received, sizes);
  });

  suite("FileSender sends a file through a transport, and its end follows", async (test) => {
    const content = Uint8Array.from({ length: 500_000 }, (_, index) => index % 253);
    let rest = content;
    const file = {
      read(buffer: Uint8Array): number | null {
        const chunk = rest.subarray(0, buffer.length);
        rest = rest.subarray(chunk.length);
        buffer.set(chunk);
        return chunk.length === 0 ? null : chunk.length;
      },
    };
    class Serving extends LineReceiver {
      override connectionMade(): void {
        new FileSender().beginFileTransfer(file, this.transport)
          .addCallback(() => this.transport.loseConnection());
      }
    }
    const pieces: Uint8Array[] = [];
    const client = new Lines(test.log);
    client.dataReceived = (data) => {
      pieces.push(data);
      return undefined;
    };
    test.connect(test.listen(new Making(() => new Serving())), client);
    await client.over.promise;
    assertEquals(test.log, ["ConnectionDone"]);
    assertEquals(new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer()), content);
  });
}
