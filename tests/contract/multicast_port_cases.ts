/**
 * Multicast on every reactor: the behaviours that Twisted's own tests assert (`OUDP-12` to `OUDP-18`).
 * Everything stays on the loopback interface.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { SocketError } from "../../poller/mod.ts";
import {
  CannotListenError,
  DatagramProtocol,
  type IMulticastTransport,
  type IPAddress,
  MulticastJoinError,
  type MulticastPort,
} from "../../reactor/mod.ts";
import type { UDPCase, UDPSuite } from "./udp_contract.ts";

const LOOPBACK = "127.0.0.1";

/** Keeps what it gets. */
class Member extends DatagramProtocol<IMulticastTransport> {
  readonly texts: string[] = [];
  readonly senders: IPAddress[] = [];
  #wanted = 0;
  #resolve: () => void = () => {};

  override datagramReceived(data: Uint8Array, address: IPAddress): void {
    this.texts.push(new TextDecoder().decode(data));
    this.senders.push(address);
    if (this.texts.length >= this.#wanted) this.#resolve();
  }

  /** Waits until so many datagrams have come. */
  has(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wanted = count;
      this.#resolve = resolve;
      if (this.texts.length >= count) resolve();
    });
  }
}

interface Opened {
  readonly member: Member;
  readonly port: MulticastPort;
}

function open({ reactor }: UDPCase, port = 0, listenMultiple = false): Opened {
  const member = new Member();
  return { member, port: reactor.listenMulticast(port, member, { listenMultiple }) };
}

async function close(...opened: Opened[]): Promise<void> {
  for (const { port } of opened) await port.stopListening();
}

/** A group that nobody else joins: on Linux what any process joins, all receive. */
function groupOf({ port }: Opened, first = 239): string {
  const number = port.getHost().port;
  return `${first}.7.${number >> 8}.${number & 255}`;
}

const bytes = (text: string) => new TextEncoder().encode(text);

/** Registers the cases. */
export function multicastPortCases(suite: UDPSuite): void {
  settingCases(suite);
  groupCases(suite);
}

function settingCases(suite: UDPSuite): void {
  suite("OUDP-12 MulticastPort.setTTL() is read back", async (test) => {
    const opened = open(test);
    assertEquals(opened.port.getTTL(), 1);
    opened.port.setTTL(7);
    assertEquals(opened.port.getTTL(), 7);
    for (const ttl of [0, 256, 1.5, NaN]) assertThrows(() => opened.port.setTTL(ttl), RangeError);
    assertEquals(opened.port.getTTL(), 7);
    await close(opened);
    assertThrows(() => opened.port.setTTL(3), SocketError);
  });

  suite("OUDP-13 MulticastPort.setLoopbackMode() is read back", async (test) => {
    const opened = open(test);
    assertEquals(opened.port.getLoopbackMode(), true);
    opened.port.setLoopbackMode(false);
    assertEquals(opened.port.getLoopbackMode(), false);
    await close(opened);
  });

  suite("OUDP-14 MulticastPort.setOutgoingInterface() is read back, or fails", async (test) => {
    const opened = open(test);
    const { port } = opened;
    assertEquals(port.getOutgoingInterface(), "0.0.0.0");
    await port.setOutgoingInterface(LOOPBACK);
    assertEquals(port.getOutgoingInterface(), LOOPBACK);
    const error = await assertRejects(
      () => port.setOutgoingInterface("203.0.113.77").asPromise(),
      SocketError,
    );
    assertEquals(error.code, "EADDRNOTAVAIL");
    assertEquals(port.getOutgoingInterface(), LOOPBACK);
    await close(opened);
  });
}

function groupCases(suite: UDPSuite): void {
  suite("OUDP-15 MulticastPort.joinGroup() and leaveGroup() return Deferreds", async (test) => {
    const opened = open(test);
    const group = groupOf(opened);
    assertEquals(await opened.port.joinGroup(group, LOOPBACK), undefined);
    assertEquals(await opened.port.leaveGroup(group, LOOPBACK), undefined);
    const error = await assertRejects(
      () => opened.port.leaveGroup(group, LOOPBACK).asPromise(),
      MulticastJoinError,
    );
    assertEquals([error.group, error.networkInterface], [group, LOOPBACK]);
    await close(opened);
  });

  suite("OUDP-16 MulticastPort.joinGroup() fails for what is no group", async (test) => {
    const opened = open(test);
    for (const group of ["127.0.0.1", "ff02::1", "no.group"]) {
      const error = await assertRejects(
        () => opened.port.joinGroup(group).asPromise(),
        MulticastJoinError,
      );
      assertEquals(error.group, group);
      assertInstanceOf(error.cause, SocketError);
    }
    await close(opened);
  });

  suite("OUDP-17 MulticastPort receives what is sent to its group", async (test) => {
    const [member, sender] = [open(test), open(test)];
    const group = groupOf(member);
    await member.port.joinGroup(group, LOOPBACK);
    await sender.port.setOutgoingInterface(LOOPBACK);
    const to = { host: group, port: member.port.getHost().port };
    sender.port.write(bytes("hello"), to);
    sender.port.write(bytes("world"), to);
    await member.member.has(2);
    assertEquals(member.member.texts, ["hello", "world"]);
    assertEquals(member.member.senders.map(({ port }) => port), [
      sender.port.getHost().port,
      sender.port.getHost().port,
    ]);
    await close(member, sender);
  });

  suite("OUDP-18 listenMultiple has several ports receive", async (test) => {
    const first = open(test, 0, true);
    const { port } = first.port.getHost();
    const second = open(test, port, true);
    const group = groupOf(first);
    for (const opened of [first, second]) await opened.port.joinGroup(group, LOOPBACK);
    await first.port.setOutgoingInterface(LOOPBACK);
    first.port.write(bytes("to both"), { host: group, port });
    await Promise.all([first.member.has(1), second.member.has(1)]);
    assertEquals([first.member.texts, second.member.texts], [["to both"], ["to both"]]);
    await close(first, second);
    assert(!first.port.connected);
  });

  suite("a port that is not shared cannot be listened on twice", async (test) => {
    const first = open(test);
    const { port } = first.port.getHost();
    assertThrows(() => open(test, port), CannotListenError);
    await close(first);
  });
}
