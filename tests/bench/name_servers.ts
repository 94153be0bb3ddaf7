/**
 * Name servers for benches, each in a process of its own: all names in `bench.test` have the
 * address 10.0.0.1.
 *
 * @module
 */

/** How often a server that starts is asked whether it listens, in milliseconds. */
const POLL_INTERVAL = 20;

/** A server that runs. */
export interface NameServer extends AsyncDisposable {
  /** Where it listens on 127.0.0.1, for UDP and TCP. */
  readonly port: number;
  /** How many questions over UDP its socket has room for at once; the system drops others. */
  readonly atOnceMax: number;
  /**
   * Whether a TCP connection stays for any number of questions, as a bare socket needs it: dnsmasq
   * ends it after a hundred.
   */
  readonly isLongOverTCP: boolean;
}

/** How a server is started on a port. */
const COMMANDS: Record<string, (port: number) => [command: string, ...args: string[]]> = {
  deno: (port) => [
    Deno.execPath(),
    "run",
    "--allow-net",
    "--unstable-net",
    new URL("name_server.ts", import.meta.url).pathname,
    `${port}`,
  ],
  unbound: (port) => ["unbound", "-d", "-c", unboundConf(port)],
  dnsmasq: (port) => [
    "dnsmasq",
    "--keep-in-foreground",
    "--conf-file=/dev/null",
    "--no-resolv",
    "--no-hosts",
    "--listen-address=127.0.0.1",
    "--bind-interfaces",
    "--pid-file",
    "--user=",
    `--port=${port}`,
    "--address=/bench.test/10.0.0.1",
    "--local-ttl=3600",
  ],
};

/**
 * Starts a server and waits until it listens.
 *
 * @param name `deno`, `unbound` or `dnsmasq`.
 * @returns The server, stopped when it is disposed; `null` if it is not installed.
 */
export async function startServer(name: string): Promise<NameServer | null> {
  const port = freePort();
  const [command, ...args] = COMMANDS[name]?.(port) ?? [name];
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(command, { args, stdout: "null", stderr: "null" }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  while (!await isListening(port)) {
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
  }
  return {
    port,
    atOnceMax: name === "unbound" ? 256 : 64,
    isLongOverTCP: name !== "dnsmasq",
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function isListening(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

/** Writes a configuration under which everything is answered from local data. */
function unboundConf(port: number): string {
  const path = Deno.makeTempFileSync({ suffix: ".conf" });
  Deno.writeTextFileSync(
    path,
    `server:
  interface: 127.0.0.1
  port: ${port}
  do-daemonize: no
  username: ""
  chroot: ""
  directory: ""
  pidfile: ""
  use-syslog: no
  so-rcvbuf: 4m
  local-zone: "bench.test." redirect
  local-data: "bench.test. A 10.0.0.1"
remote-control:
  control-enable: no
`,
  );
  return path;
}
