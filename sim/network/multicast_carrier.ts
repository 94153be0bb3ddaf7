/**
 * How datagrams reach the members of a multicast group.
 *
 * @module
 */

import type { Datagram, DatagramAddress, UDPAddress } from "../../poller/mod.ts";
import { carryDatagram } from "./datagram_carrier.ts";
import type { SimHost } from "../host/host.ts";
import { LOOPBACK } from "./routes.ts";
import type { SimDatagram } from "./sim_datagram.ts";
import { membershipOf, type SimInterface } from "./sim_groups.ts";
import { addSeconds } from "../virtual_time.ts";
import { latencyBetween } from "../world.ts";

/** Sends a datagram to every host that is in a group; each copy takes its own link. */
export function sendToGroup(from: SimDatagram, bytes: Uint8Array, to: UDPAddress): void {
  const { host } = from;
  const over = interfaceOf(from);
  const source = sourceOf(from, over);
  host.record("send", from.label, `${to.hostname}:${to.port}`);
  host.world.time.log?.read(`group ${membershipOf(to.hostname, over)}`);
  for (const member of host.world.hosts.values()) {
    if (member.main !== member || !isReached(from, member, over)) continue;
    member.touch();
    if (!member.network.memberships.has(membershipOf(to.hostname, over))) continue;
    carry(from, member, { bytes: bytes.slice(), from: source }, (datagram) => {
      // Another may have been started in its place.
      deliver(host.world.hosts.get(member.name) as SimHost, to, over, datagram);
    });
  }
}

function carry(
  { host, label }: SimDatagram,
  to: SimHost,
  datagram: Datagram,
  arrive: (datagram: Datagram) => void,
): void {
  const { world } = host;
  if (world.conditions.active && to !== host.main) {
    return carryDatagram({ from: host, to, label, datagram, arrive });
  }
  const { time } = world;
  const at = addSeconds(time.now, latencyBetween(world, host, to));
  time.schedule(at, () => arrive(datagram), to.lane);
}

/**
 * Puts copies into the queues of the sockets on a host. As on Linux it counts that somebody on the host
 * is in the group, and then all get it that are bound to the port.
 */
function deliver(to: SimHost, target: UDPAddress, over: SimInterface, datagram: Datagram): void {
  const membership = membershipOf(target.hostname, over);
  to.noteShared(`group ${membership}`, false);
  if (!to.network.memberships.has(membership)) return;
  for (const socket of to.network.datagrams.findAll(target)) {
    socket.deliver({ ...datagram, bytes: datagram.bytes.slice() });
  }
}

/** The loopback interface gives back whatever is sent over it, the network only what is asked for. */
function isReached(from: SimDatagram, member: SimHost, over: SimInterface): boolean {
  const { main } = from.host;
  if (over === "loopback") return member === main;
  return member !== main || (from.groups?.loopback ?? true);
}

/** The interface that is set, or that has the address of the socket, or else the network. */
function interfaceOf({ groups, localAddress }: SimDatagram): SimInterface {
  if (groups?.outgoing) return groups.outgoing;
  const { hostname } = localAddress as UDPAddress;
  return hostname.includes(":") || hostname.startsWith("127.") ? "loopback" : "network";
}

function sourceOf({ host, localAddress }: SimDatagram, over: SimInterface): DatagramAddress {
  const { hostname, port } = localAddress as UDPAddress;
  const isOwn = hostname === host.address || hostname === "::1" || hostname.startsWith("127.");
  if (isOwn) return localAddress;
  const isV6 = hostname.includes(":");
  const loopback = isV6 ? "::1" : LOOPBACK;
  return { transport: "udp", hostname: over === "loopback" ? loopback : host.address, port };
}
