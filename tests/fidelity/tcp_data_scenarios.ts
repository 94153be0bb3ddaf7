/**
 * What TCP connections carry, and how they end.
 *
 * @module
 */

import type { StreamHandle } from "../../poller/mod.ts";
import { pattern, sendUntilFull } from "../contract/passes.ts";
import { attempt, type Lab, tryTo } from "./lab.ts";
import type { Scenarios } from "./scenario.ts";

const FIVE = new Uint8Array(5);
const MUCH = new Uint8Array(8_000_000);

/** The scenarios. */
export const tcpDataScenarios: Scenarios = {
  "send nothing": async (lab) => {
    const { client, server } = await lab.pair();
    const sent = client.send(new Uint8Array(0));
    await lab.sendAll(client, FIVE);
    return `${sent} taken, ${await lab.read(server, 5)}`;
  },

  "send 8 MB that nobody reads": async (lab) => {
    const { client } = await lab.pair();
    return client.send(MUCH) < MUCH.length ? "a part is taken" : "all is taken";
  },

  "send until there is no room, and then read all": async (lab) => {
    const { client, server } = await lab.pair();
    const taken = await sendUntilFull(lab.poller, client);
    client.shutdownWrite();
    return await lab.read(server) === `${taken} bytes, end`
      ? "all that was taken, end"
      : "another number";
  },

  "40,000 bytes keep their order": async (lab) => {
    const { client, server } = await lab.pair();
    const bytes = pattern(40_000);
    const received = new Uint8Array(bytes.length);
    await lab.sendAll(client, bytes.subarray(0, 20_000));
    let count = 0;
    const take = async (until: number) => {
      while (count < until) {
        const taken = tryTo(() => server.receiveInto(received.subarray(count)));
        if (typeof taken === "number") count += taken;
        else await lab.ready(server, 1);
      }
    };
    await take(20_000);
    await lab.sendAll(client, bytes.subarray(20_000));
    await take(40_000);
    return received.every((byte, i) => byte === bytes[i]) ? "in order" : "in another order";
  },

  "receiveInto() a buffer of 2 bytes": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    await lab.roundTrip();
    const first = await receiveInto(lab, server, 2);
    return `${first <= 2 ? "2 bytes at most" : "more"}, ${await lab.read(
      server,
      5 - first,
    )} in all the rest`
      .replace(/, \d bytes in all/, ", then");
  },

  "receive() without data": async (lab) => {
    const { server } = await lab.pair();
    return String(server.receive());
  },

  "takeError() without an error": async (lab) => {
    const { server } = await lab.pair();
    return String(server.takeError());
  },

  "5 bytes, then the end": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    client.close();
    return await lab.read(server);
  },

  "the end twice": async (lab) => {
    const { client, server } = await lab.pair();
    client.close();
    return `${await lab.read(server)}; ${await lab.read(server)}`;
  },

  "close() with bytes that are not sent yet": async (lab) => {
    const { client, server } = await lab.pair();
    const taken = client.send(MUCH);
    client.close();
    return await lab.read(server) === `${taken} bytes, end` ? "all that was taken, end" : "less";
  },

  "abort() with bytes that are not sent yet": async (lab) => {
    const { client, server } = await lab.pair();
    await sendUntilFull(lab.poller, client);
    client.abort();
    return (await lab.read(server)).replace(/^[1-9]\d*/, "some").replace(/^0/, "no");
  },

  "abort() after 5 bytes that have arrived": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    await lab.roundTrip();
    client.abort();
    await lab.roundTrip();
    return await lab.read(server);
  },

  "half-close, and an answer": async (lab) => {
    const { client, server } = await lab.pair();
    client.shutdownWrite();
    const seen = await lab.read(server);
    await lab.sendAll(server, FIVE);
    server.close();
    return `${seen}; ${await lab.read(client)}`;
  },

  "half-close both ways at once": async (lab) => {
    const { client, server } = await lab.pair();
    client.shutdownWrite();
    server.shutdownWrite();
    return `${await lab.read(server)}; ${await lab.read(client)}`;
  },

  "shutdownWrite() twice": async (lab) => {
    const { client, server } = await lab.pair();
    const calls = [attempt(() => client.shutdownWrite()), attempt(() => client.shutdownWrite())];
    return `${calls}; ${await lab.read(server)}`;
  },

  "send() after shutdownWrite()": async (lab) => {
    const { client } = await lab.pair();
    client.shutdownWrite();
    return String(tryTo(() => client.send(FIVE)));
  },

  "shutdownWrite() with bytes that are not sent yet": async (lab) => {
    const { client, server } = await lab.pair();
    const taken = client.send(MUCH);
    client.shutdownWrite();
    return await lab.read(server) === `${taken} bytes, end` ? "all that was taken, end" : "less";
  },

  "100,000 bytes to a peer that has half-closed": async (lab) => {
    const { client, server } = await lab.pair();
    server.shutdownWrite();
    await lab.read(client);
    await lab.sendAll(client, new Uint8Array(100_000));
    client.close();
    return await lab.read(server);
  },

  "send() to a peer that has closed": async (lab) => {
    const { client, server } = await lab.pair();
    server.close();
    const seen = await lab.read(client);
    const first = await lab.sendAll(client, FIVE);
    return `${seen}; ${first ?? "taken"}, then ${await lab.sendUntilBroken(client)}`;
  },

  "send() to a peer that has closed, without reading": async (lab) => {
    const { client, server } = await lab.pair();
    server.close();
    await lab.roundTrip();
    const first = await lab.sendAll(client, FIVE);
    return `${first ?? "taken"}, then ${await lab.sendUntilBroken(client)}`;
  },

  "receive() after send() has failed": async (lab) => {
    const { client, server } = await lab.pair();
    server.close();
    await lab.sendUntilBroken(client);
    return await lab.read(client);
  },

  "the peer closes with bytes unread": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    await lab.roundTrip();
    server.close();
    return await lab.read(client);
  },

  "the peer closes with bytes unread that it was told of": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    await lab.ready(server, 1);
    server.close();
    return await lab.read(client);
  },

  "the peer answers, and closes with bytes unread": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    await lab.roundTrip();
    await lab.sendAll(server, FIVE);
    server.close();
    await lab.roundTrip();
    return await lab.read(client);
  },

  "the peer closes with bytes unread, and one sends": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    await lab.roundTrip();
    server.close();
    await lab.roundTrip();
    return await lab.sendUntilBroken(client);
  },

  "the peer aborts, and one reads": async (lab) => {
    const { client, server } = await lab.pair();
    server.abort();
    return `${await lab.read(client)}; ${await lab.read(client)}`;
  },

  "the peer aborts, and one sends": async (lab) => {
    const { client, server } = await lab.pair();
    server.abort();
    await lab.roundTrip();
    return `${await lab.sendUntilBroken(client)}; ${await lab.read(client)}`;
  },

  "the peer aborts while bytes are on their way": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    server.abort();
    return await lab.read(client);
  },

  "the peer aborts with bytes unread": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    await lab.roundTrip();
    server.abort();
    return await lab.read(client);
  },

  "both close at once": async (lab) => {
    const { client, server } = await lab.pair();
    client.close();
    server.close();
    await lab.roundTrip();
    return [client, server].map((one) => tryTo(() => one.receive())).join();
  },

  "both abort at once": async (lab) => {
    const { client, server } = await lab.pair();
    client.abort();
    server.abort();
    await lab.roundTrip();
    return [client, server].map((one) => tryTo(() => one.send(FIVE))).join();
  },

  "use after close()": async (lab) => {
    const { client } = await lab.pair();
    client.close();
    const uses = [
      () => client.receive(),
      () => client.send(FIVE),
      () => client.receiveInto(FIVE),
      () => client.takeError(),
      () => client.shutdownWrite(),
      () => client.close(),
      () => client.fileno(),
    ];
    return uses.map((use) => String(tryTo(use))).join();
  },

  "receiveInto() an empty buffer": async (lab) => {
    const { client } = await lab.pair();
    return String(tryTo(() => client.receiveInto(new Uint8Array(0))));
  },

  "close() with a receive under way": async (lab) => {
    const { client, server } = await lab.pair();
    const reports: unknown[] = [];
    lab.poller.register(client, 1);
    await lab.pass(0);
    client.close();
    reports.push(...(await lab.pass(0)));
    return `${reports.length} reports; ${await lab.read(server)}`;
  },

  "bytes that came before close() by the reader": async (lab) => {
    const { client, server } = await lab.pair();
    await lab.sendAll(client, FIVE);
    client.shutdownWrite();
    await lab.roundTrip();
    server.close();
    return (await lab.read(client)).replace("0 bytes, ", "");
  },
};

/** Receives some bytes into a buffer. */
async function receiveInto(lab: Lab, stream: StreamHandle, size: number): Promise<number> {
  for (;;) {
    const count = stream.receiveInto(new Uint8Array(size));
    if (typeof count === "number") return count;
    await lab.ready(stream, 1);
  }
}
