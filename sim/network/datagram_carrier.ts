/**
 * How datagrams travel when the network is not perfect.
 *
 * @module
 */

import type { Datagram } from "../../poller/mod.ts";
import type { SimHost } from "../host/host.ts";
import type { NetworkMessage } from "./network_rules.ts";
import { addSeconds } from "../virtual_time.ts";

/** A datagram between two hosts. */
export interface DatagramOnItsWay {
  /** The host that sends. */
  readonly from: SimHost;
  /** The host it is for. */
  readonly to: SimHost;
  /** What it is called in traces. */
  readonly label: string;
  /** What is sent. */
  readonly datagram: Datagram;
  /** Called for every copy that arrives. */
  readonly arrive: (datagram: Datagram) => void;
}

/** Asks the rules about a datagram, and sends it on its way unless they say otherwise. */
export function carryDatagram(way: DatagramOnItsWay): void {
  const { from, to, datagram } = way;
  const message: NetworkMessage = {
    from: from.machine,
    to: to.machine,
    kind: "datagram",
    size: datagram.bytes.length,
  };
  const resume = (goes: boolean) => goes ? send(way) : lose(way);
  const verdict = from.world.conditions.judge(message, resume);
  if (verdict === "pass") send(way);
  else if (verdict === "drop") lose(way);
  else from.record("hold", way.label, datagram.bytes.length);
}

function lose({ from, label, datagram }: DatagramOnItsWay): void {
  from.record("lost", label, datagram.bytes.length);
}

function send(way: DatagramOnItsWay): void {
  const { from, to, datagram, arrive } = way;
  const { conditions, time } = from.world;
  const fate = conditions.link(from.machine, to.machine).carryDatagram(datagram.bytes.length);
  if (fate.delays.length === 0) return lose(way);
  if (fate.delays.length > 1) from.record("duplicate", way.label, datagram.bytes.length);
  if (fate.flippedBit >= 0) from.record("corrupt", way.label, fate.flippedBit);
  const { bytes } = datagram;
  if (fate.flippedBit >= 0) {
    const index = fate.flippedBit >> 3;
    bytes[index] = (bytes[index] as number) ^ (1 << (fate.flippedBit & 7));
  }
  for (const [i, delay] of fate.delays.entries()) {
    // Each receiver may keep, and change, what it gets.
    const copy = i === 0 ? datagram : { ...datagram, bytes: bytes.slice() };
    time.schedule(addSeconds(time.now, delay), () => arrive(copy), to.lane);
  }
}
