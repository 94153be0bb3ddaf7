/**
 * How datagrams reach the one socket that they are for.
 *
 * @module
 */

import {
  type Datagram,
  type DatagramAddress,
  formatAddress,
  isMulticastAddress,
} from "../../poller/mod.ts";
import { carryDatagram } from "./datagram_carrier.ts";
import type { SimHost } from "../host/host.ts";
import { sendToGroup } from "./multicast_carrier.ts";
import { isWildcard } from "./ports.ts";
import { findRoute, type Route } from "./routes.ts";
import type { SimDatagram } from "./sim_datagram.ts";
import { addSeconds } from "../virtual_time.ts";
import { latencyBetween } from "../world.ts";

/** Sends a datagram on its way, to a socket or a group; one that nobody receives is lost without a word. */
export function sendDatagram(from: SimDatagram, bytes: Uint8Array, to: DatagramAddress): void {
  const { host } = from;
  const { world } = host;
  const isPath = "path" in to;
  if (!isPath && isMulticastAddress(to.hostname)) return sendToGroup(from, bytes, to);
  if (isPath && host.network.datagrams.find(to) === undefined) return from.refuse(to);
  const route: Route | null = isPath
    ? { to: host.main, address: "", source: "" }
    : findRoute(host, to.hostname);
  host.record("send", from.label, formatAddress(to));
  const receiver = route?.to ?? null;
  if (route === null || receiver === null) return;
  const target: DatagramAddress = isPath ? to : { ...to, hostname: route.address };
  const datagram: Datagram = { bytes, from: sourceOf(from.localAddress, route) };
  const isOwn = receiver === host.main;
  const arrive = (datagram: Datagram) => {
    // Another may have been started in its place.
    deliver(isOwn ? receiver : world.hosts.get(receiver.name) as SimHost, target, datagram);
  };
  const process = receiver.network.processAt(receiver.network.datagrams, target);
  if (world.conditions.active && !isOwn) {
    return carryDatagram({ from: host, to: process, label: from.label, datagram, arrive });
  }
  const at = addSeconds(world.time.now, latencyBetween(world, host, receiver));
  world.time.schedule(at, () => arrive(datagram), process.lane);
}

/** Puts a datagram into the queue of the socket that it is for, if there is one. */
function deliver(to: SimHost, target: DatagramAddress, datagram: Datagram): void {
  const socket = to.network.datagrams.find(target);
  if (socket === undefined) to.record("unreachable", "", formatAddress(target));
  else socket.deliver(datagram);
}

/** The address that a datagram comes from: a socket bound to all addresses takes the route's. */
function sourceOf(local: DatagramAddress, route: Route): DatagramAddress {
  if ("path" in local || !isWildcard(local.hostname)) return local;
  return { ...local, hostname: route.source };
}
