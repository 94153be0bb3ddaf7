/**
 * Sockets that another program has opened and handed down.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { withFolder } from "./folder.ts";

const SCRIPT = new URL("programs/hand_down.py", import.meta.url).pathname;
const PROGRAM = new URL("programs/adopted.ts", import.meta.url).pathname;

/** Whether there is a Python, which hands descriptors down as Deno cannot. */
const HAS_PYTHON = await (async () => {
  try {
    const { success } = await new Deno.Command("python3", { args: ["-c", "import fcntl"] })
      .output();
    return success;
  } catch {
    return false;
  }
})();

/** What the one who hands down has seen, and what the program said. */
interface Results {
  /** The exit code of the program. */
  readonly code: number;
  /** What the program said, line by line. */
  readonly said: readonly unknown[];
  /** The address of the socket. */
  readonly address: readonly [string, number];
  /** What came back before the program had started, after it had ended, and over a connection. */
  readonly [what: string]: unknown;
}

function suite(
  title: string,
  kind: string,
  args: readonly string[],
  check: (results: Results) => void,
  permissions: readonly string[] = [],
): void {
  for (const reactor of ["PollReactor", "TornadoReactor"]) {
    const missing = HAS_PYTHON ? "" : " (skipped: python3 is missing)";
    Deno.test({
      name: `${title} (${reactor}, deno)${missing}`,
      ignore: !HAS_PYTHON,
      fn: () =>
        withFolder(async (folder) => {
          // It is given no other permission: none is asked for.
          const flags = ["--no-prompt", "--quiet", ...permissions];
          const deno = [Deno.execPath(), "run", ...flags, PROGRAM];
          const { stdout, stderr } = await new Deno.Command("python3", {
            args: [SCRIPT, kind, `${folder}/socket`, ...deno, reactor, ...args],
            env: { NO_COLOR: "1" },
          }).output();
          assertEquals(new TextDecoder().decode(stderr), "");
          const results: Results = JSON.parse(new TextDecoder().decode(stdout));
          assertEquals(results.code, 0);
          check(results);
        }),
    });
  }
}

for (const family of ["IPv4", "IPv6"]) {
  suite(
    `SOCK-04 adoptStreamPort() accepts on an ${family} listener, and stopping it only closes it`,
    `${family} listener`,
    ["port", family],
    ({ address: [host, port], early, late, said }) => {
      assertEquals([early, late], [["hello", ""], "parent"]);
      const [own, again, ends] = said as { host?: { host: string; port: number } }[];
      assertEquals(own, { type: "TCP", host, port, family } as unknown);
      assertEquals(again, { again: "EBADF" } as unknown);
      assertEquals([ends?.host?.host, ends?.host?.port], [host, port]);
    },
  );
}

suite(
  "SOCK-04 adoptStreamPort() accepts on a UNIX listener, and stopping it only closes it",
  "unix listener",
  ["port", "UNIX"],
  ({ early, late, file, said }) => {
    assertEquals([early, late, file], [["hello", ""], "parent", true]);
    // Nobody tells the path.
    assertEquals(said[0], { family: "UNIX", name: null });
  },
);

suite(
  "adoptStreamConnection() goes on with a TCP connection",
  "IPv4 connection",
  ["connection", "IPv4"],
  ({ talk, address, peer, said }) => {
    assertEquals(talk, ["hello", ""]);
    const [ends] = said as { host: { port: number }; peer: { port: number } }[];
    const ports = [(peer as [string, number])[1], address[1]];
    assertEquals([ends?.host.port, ends?.peer.port], ports);
  },
);

suite(
  "adoptStreamConnection() goes on with a UNIX connection",
  "unix connection",
  ["connection", "UNIX"],
  ({ talk, said }) => {
    assertEquals(talk, ["hello", ""]);
    const nameless = { family: "UNIX", name: null };
    assertEquals(said, [{ host: nameless, peer: nameless }]);
  },
);

for (
  const [id, kind, what, error, code] of [
    ["SOCK-02", "file", "port", "CannotListenError", "EINVAL"],
    ["SOCK-02", "datagram", "port", "CannotListenError", "EINVAL"],
    ["adoptStreamConnection():", "file", "connection", "SocketError", "EINVAL"],
    ["adoptStreamConnection():", "datagram", "connection", "SocketError", "EINVAL"],
    ["adoptStreamConnection():", "unconnected", "connection", "SocketError", "ENOTCONN"],
    // Deno cannot, whatever it is.
    ["SOCK-06", "datagram", "datagram", "CannotListenError", "ENOTSUP"],
  ] as const
) {
  suite(
    `${id} adopting what is ${kind} as a ${what} is ${code}`,
    kind,
    [what, "IPv4"],
    ({ said }) => assertEquals(said, [{ error, code }]),
  );
}

const VARIABLES = "--allow-env=LISTEN_PID,LISTEN_FDS,LISTEN_FDNAMES";

for (const which of ["index=0", "name=web"]) {
  suite(
    `serverFromString() listens on what a service manager has handed down, by ${which}`,
    "IPv4 listener",
    ["systemd", `systemd:domain=INET:${which}`],
    ({ address: [host, port], early, said }) => {
      assertEquals(early, ["hello", ""]);
      const [own, left] = said;
      assertEquals(own, { type: "TCP", host, port, family: "IPv4" });
      assertEquals(left, ["LISTEN_FDNAMES"]);
    },
    [VARIABLES],
  );
}

for (
  const [what, error, code, permissions] of [
    ["without the permission", "SocketError", "NOT_CAPABLE", []],
    ["without all of the permission", "SocketError", "NOT_CAPABLE", ["--allow-env=LISTEN_PID"]],
    ["what is not there", "EndpointStringError", "", [VARIABLES]],
  ] as const
) {
  suite(
    `serverFromString() with systemd: ${what} is an ${error} ${code}`.trimEnd(),
    "unconnected",
    ["systemd", "systemd:domain=INET:index=1"],
    ({ said }) => assertEquals(said, [{ error, code }]),
    permissions,
  );
}
