/**
 * Datagrams over UDP.
 *
 * @module
 */

import type { BindOptions, DatagramAddress, DatagramHandle, UDPAddress } from "../../poller/mod.ts";
import { attempt, type Lab, tryTo } from "./lab.ts";
import type { Scenarios } from "./scenario.ts";

const FIVE = new Uint8Array(5);

/** The scenarios. */
export const udpScenarios: Scenarios = {
  "a datagram and its answer": async (lab) => {
    const [one, other] = [bind(lab), bind(lab)];
    one.send(FIVE, other.localAddress);
    const text = await lab.receive(other);
    other.send(new Uint8Array(3), one.localAddress);
    return `${text}; ${await lab.receive(one)}`;
  },

  "a datagram to oneself": async (lab) => {
    const one = bind(lab);
    one.send(FIVE, one.localAddress);
    return await lab.receive(one);
  },

  "a datagram to nobody": async (lab) => {
    const [one, other] = [bind(lab), bind(lab)];
    const { localAddress } = other;
    await closed(other);
    one.send(FIVE, localAddress);
    one.send(FIVE, one.localAddress);
    const text = await lab.receive(one);
    return `${one.takeError()?.code ?? "lost"}; ${text} from oneself`;
  },

  "an empty datagram": async (lab) => {
    const one = bind(lab);
    one.send(new Uint8Array(0), one.localAddress);
    return await lab.receive(one);
  },

  "65,507 bytes": async (lab) => {
    const one = bind(lab);
    one.send(new Uint8Array(65_507), one.localAddress);
    return await lab.receive(one);
  },

  "65,508 bytes": async (lab) => {
    const one = bind(lab);
    return await Promise.resolve(attempt(() => one.send(new Uint8Array(65_508), one.localAddress)));
  },

  "IPv4 to IPv6": async (lab) => {
    const one = bind(lab);
    return await Promise.resolve(
      attempt(() => one.send(FIVE, { transport: "udp", hostname: "::1", port: 9 })),
    );
  },

  "IPv6 to IPv6": async (lab) => {
    const one = bind(lab, "::1");
    one.send(FIVE, one.localAddress);
    return await lab.receive(one);
  },

  "to port 0": async (lab) => {
    const one = bind(lab);
    return await Promise.resolve(
      attempt(() => one.send(FIVE, { transport: "udp", hostname: "127.0.0.1", port: 0 })),
    );
  },

  "twenty datagrams": async (lab) => {
    const [one, other] = [bind(lab), bind(lab)];
    for (let i = 0; i < 20; i++) one.send(Uint8Array.of(i), other.localAddress);
    const order: number[] = [];
    for (let i = 0; i < 20; i++) order.push((await lab.receiveFrom(other)).bytes[0] as number);
    return order.every((value, i) => value === i) ? "in order" : "in another order";
  },

  "1,000 datagrams of 1,000 bytes that nobody receives": async (lab) => {
    const [one, other] = [bind(lab), bind(lab)];
    for (let i = 0; i < 1000; i++) {
      while (!one.send(new Uint8Array(1000), other.localAddress)) await lab.roundTrip();
    }
    await lab.roundTrip();
    // What comes last, from oneself, finds room again.
    let count = 0;
    lab.poller.register(other, 1);
    for (let isOver = false; !isOver;) {
      await lab.roundTrip();
      isOver = true;
      for (; other.receive() !== undefined; count++) isOver = false;
    }
    return count === 1000 ? "all arrive" : count > 0 ? "some are lost" : "none arrives";
  },

  "where a datagram of a socket on 0.0.0.0 comes from": async (lab) => {
    const [one, other] = [bind(lab, "0.0.0.0"), bind(lab)];
    one.send(FIVE, other.localAddress);
    const from = (await lab.receiveFrom(other)).from as UDPAddress;
    const isPort = from.port === (one.localAddress as UDPAddress).port;
    return `${from.hostname}, ${isPort ? "its port" : "odd"}`;
  },

  "bind a port in use": async (lab) => {
    const one = bind(lab);
    return await Promise.resolve(attempt(() => lab.network.bindDatagram(one.localAddress)));
  },

  "bind a port in use, both with reuseAddress": async (lab) => {
    const one = bind(lab, "127.0.0.1", { reuseAddress: true });
    const share = attempt(() => lab.network.bindDatagram(one.localAddress, { reuseAddress: true }));
    return await Promise.resolve(share);
  },

  "bind 0.0.0.0, then 127.0.0.1": async (lab) => {
    const one = bind(lab, "0.0.0.0");
    const other = { ...one.localAddress, hostname: "127.0.0.1" } as DatagramAddress;
    return await Promise.resolve(attempt(() => lab.network.bindDatagram(other)));
  },

  "bind 0.0.0.0, then ::1": async (lab) => {
    const one = bind(lab, "0.0.0.0");
    const other = { ...one.localAddress, hostname: "::1" } as DatagramAddress;
    return await Promise.resolve(attempt(() => lab.network.bindDatagram(other)));
  },

  "bind an address of another machine": async (lab) =>
    await Promise.resolve(attempt(() => bind(lab, "192.0.2.1"))),

  "bind again after close()": async (lab) => {
    const one = await closed(bind(lab));
    return attempt(() => lab.network.bindDatagram(one.localAddress));
  },

  "a socket that is closed": async (lab) => {
    const one = await closed(bind(lab));
    return [
      () => one.receive(),
      () => one.send(FIVE, one.localAddress),
      () => one.takeError(),
      () => one.close(),
      () => one.fileno(),
    ].map((use) => String(tryTo(use))).join();
  },

  "receive() when nothing has come": async (lab) =>
    await Promise.resolve(String(bind(lab).receive())),

  "a datagram to a group one is in": async (lab) => {
    const one = bind(lab, "0.0.0.0", { multicast: true });
    const { port } = one.localAddress as UDPAddress;
    one.multicast?.joinGroup("224.0.0.251", "127.0.0.1");
    if (one.multicast !== null) one.multicast.outgoingInterface = "127.0.0.1";
    one.send(FIVE, { transport: "udp", hostname: "224.0.0.251", port });
    return await lab.receive(one);
  },
};

function bind(lab: Lab, hostname = "127.0.0.1", options: BindOptions = {}): DatagramHandle {
  return lab.network.bindDatagram({ transport: "udp", hostname, port: 0 }, options);
}

/** Closes a socket and waits until its address is free. */
async function closed(socket: DatagramHandle): Promise<DatagramHandle> {
  socket.close();
  await socket.released;
  return socket;
}
