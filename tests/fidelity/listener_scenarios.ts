/**
 * Listeners and their addresses.
 *
 * @module
 */

import type { ListenerHandle, StreamAddress } from "../../poller/mod.ts";
import { attempt, type Lab, tryTo } from "./lab.ts";
import type { Scenarios } from "./scenario.ts";

/** The scenarios. */
export const listenerScenarios: Scenarios = {
  "listen on a port in use": (lab) => both(lab, "127.0.0.1", "127.0.0.1"),
  "listen on 0.0.0.0, then on 127.0.0.1": (lab) => both(lab, "0.0.0.0", "127.0.0.1"),
  "listen on 127.0.0.1, then on 0.0.0.0": (lab) => both(lab, "127.0.0.1", "0.0.0.0"),
  "listen on 127.0.0.1, then on 127.0.0.2": (lab) => both(lab, "127.0.0.1", "127.0.0.2"),
  "listen on 127.0.0.1, then on ::1": (lab) => both(lab, "127.0.0.1", "::1"),
  "listen on ::, then on 0.0.0.0": (lab) => both(lab, "::", "0.0.0.0"),
  "listen on 0.0.0.0, then on ::": (lab) => both(lab, "0.0.0.0", "::"),
  "listen on ::, then on 127.0.0.1": (lab) => both(lab, "::", "127.0.0.1"),
  "listen on 127.0.0.1, then on ::": (lab) => both(lab, "127.0.0.1", "::"),
  "listen on ::, then on ::1": (lab) => both(lab, "::", "::1"),
  "listen on 0.0.0.0, then on ::1": (lab) => both(lab, "0.0.0.0", "::1"),
  "listen on ::1, then on 0.0.0.0": (lab) => both(lab, "::1", "0.0.0.0"),

  "listen twice with reusePort": async (lab) => {
    const first = lab.listen(undefined, { reusePort: true });
    const second = attempt(() => lab.listen(first.localAddress, { reusePort: true }));
    const third = attempt(() => lab.listen(first.localAddress));
    return await Promise.resolve(`${second}, without it ${third}`);
  },

  "connect to two with reusePort": async (lab) => {
    const first = lab.listen(undefined, { reusePort: true });
    const second = lab.listen(first.localAddress, { reusePort: true });
    const client = lab.network.connect(first.localAddress);
    const outcome = await lab.settled(client);
    await lab.roundTrip();
    const accepted = await acceptFromEither(lab, [first, second]);
    return `${outcome}, ${accepted} accepted`;
  },

  "listen on an address of another machine": async (lab) =>
    await Promise.resolve(
      attempt(() => lab.listen({ transport: "tcp", hostname: "192.0.2.1", port: 0 })),
    ),

  "listen on port 0, twice": async (lab) => {
    const [one, other] = [portOf(lab.listen()), portOf(lab.listen())];
    return await Promise.resolve(
      `${one > 1024 && other > 1024 ? "real" : "odd"} ports, ${
        one === other ? "the same" : "different"
      }`,
    );
  },

  "listen on port 65536": async (lab) =>
    await Promise.resolve(
      attempt(() => lab.listen({ transport: "tcp", hostname: "127.0.0.1", port: 65_536 })),
    ),

  "listen again after close()": async (lab) => {
    const { localAddress } = await closed(lab.listen());
    return attempt(() => lab.listen(localAddress));
  },

  "listen again with a connection open": async (lab) => {
    const listener = lab.listen();
    const client = lab.network.connect(listener.localAddress);
    await lab.settled(client);
    const server = await lab.accept(listener);
    await closed(listener);
    const outcome = attempt(() => lab.listen(listener.localAddress));
    await lab.sendAll(client, new Uint8Array(5));
    return `${outcome}; ${await lab.read(server, 5)}`;
  },

  "listen again after the server has closed first": async (lab) => {
    const listener = lab.listen();
    const client = lab.network.connect(listener.localAddress);
    await lab.settled(client);
    const server = await lab.accept(listener);
    server.close();
    await lab.read(client);
    client.close();
    await closed(listener);
    await lab.roundTrip();
    return attempt(() => lab.listen(listener.localAddress));
  },

  "listen on the port that a connection comes from": async (lab) => {
    const { client } = await lab.pair();
    const { localAddress } = client;
    return localAddress === null ? "nowhere" : attempt(() => lab.listen(localAddress));
  },

  "listen with TCP and UDP on one port": async (lab) => {
    const { localAddress } = lab.listen();
    const port = "port" in localAddress ? localAddress.port : 0;
    return await Promise.resolve(
      attempt(() => lab.network.bindDatagram({ transport: "udp", hostname: "127.0.0.1", port })),
    );
  },

  "accept() when nobody has connected": async (lab) =>
    await Promise.resolve(String(lab.listen().accept())),

  "accept() after close()": async (lab) => {
    const listener = await closed(lab.listen());
    return [() => listener.accept(), () => listener.close(), () => listener.fileno()]
      .map((use) => String(tryTo(use))).join();
  },

  "two connect to one that listens again": async (lab) => {
    const first = lab.listen();
    await lab.connect(first.localAddress);
    await closed(first);
    const second = lab.listen(first.localAddress);
    const outcome = await lab.connect(first.localAddress);
    const stream = await lab.accept(second);
    return `${outcome}; ${second.accept() === undefined ? "one" : "two"} to accept ${stream.kind}`;
  },
};

function portOf({ localAddress }: ListenerHandle): number {
  return "port" in localAddress ? localAddress.port : 0;
}

/** Listens on two addresses with the same port. */
async function both(lab: Lab, first: string, second: string): Promise<string> {
  const listener = lab.listen({ transport: "tcp", hostname: first, port: 0 });
  const address = { ...listener.localAddress, hostname: second } as StreamAddress;
  return await Promise.resolve(attempt(() => lab.listen(address)));
}

/** Closes a listener and waits until its address is free. */
async function closed(listener: ListenerHandle): Promise<ListenerHandle> {
  listener.close();
  await listener.released;
  return listener;
}

/** Accepts what waits at two listeners; returns how many there were. */
async function acceptFromEither(lab: Lab, listeners: readonly ListenerHandle[]): Promise<number> {
  let count = 0;
  for (const listener of listeners) lab.poller.register(listener, 1);
  while (count === 0) {
    await lab.pass(Infinity);
    for (const listener of listeners) if (listener.accept() !== undefined) count++;
  }
  return count;
}
