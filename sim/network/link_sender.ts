/**
 * Messages that are sent once: nobody sends them again by itself.
 *
 * @module
 */

import type { SimHost } from "../host/host.ts";
import { LOST } from "./link.ts";
import type { MessageKind, NetworkMessage } from "./network_rules.ts";
import { addSeconds } from "../virtual_time.ts";
import type { World } from "../world.ts";

/** A message of a handshake. */
export interface SingleMessage {
  /** The host that sends. */
  readonly from: SimHost;
  /** The host it is for. */
  readonly to: SimHost;
  /** What it is. */
  readonly kind: MessageKind;
  /** What it is called in traces. */
  readonly label: string;
  /** Called when it arrives. */
  readonly arrive: () => void;
}

/** Whether what is sent from one host to another does not just arrive. */
export function isConditional(world: World, from: SimHost, to: SimHost): boolean {
  return world.conditions.active && from.main !== to.main;
}

/** Sends a message over the link as it is now. */
export function sendOverLink(single: SingleMessage, onLost: () => void): void {
  const { from, to, kind, label } = single;
  const { conditions, time } = from.world;
  const message: NetworkMessage = { from: from.machine, to: to.machine, kind, size: 0 };
  const go = (goes: boolean) => {
    const delay = goes ? conditions.link(from.machine, to.machine).carrySegment(0) : LOST;
    if (delay !== LOST) {
      time.schedule(addSeconds(time.now, delay), single.arrive, to.lane);
      return;
    }
    from.record("lost", label, kind);
    onLost();
  };
  const verdict = conditions.judge(message, go);
  if (verdict === "hold") from.record("hold", label, kind);
  else go(verdict === "pass");
}
