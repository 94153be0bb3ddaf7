/**
 * The names of ports: `http` is port 80 of TCP.
 *
 * @module
 */

/** What a service is spoken over. */
export type ServiceTransport = "tcp" | "udp";

/** A table of services: ports by name and transport, as in `http/tcp`. */
export type ServiceTable = ReadonlyMap<string, number>;

/** Names of old protocols and of common ones, as the registry of the internet has them. */
const COMMON = `
echo        7/tcp
echo        7/udp
discard     9/tcp     sink null
discard     9/udp     sink null
daytime     13/tcp
ftp         21/tcp
ssh         22/tcp
telnet      23/tcp
smtp        25/tcp    mail
time        37/tcp
domain      53/tcp
domain      53/udp
http        80/tcp    www
pop3        110/tcp
ntp         123/udp
imap2       143/tcp   imap
https       443/tcp
imaps       993/tcp
pop3s       995/tcp
`;

/** A small table for machines that have none of their own: simulated hosts, and tests. */
export const COMMON_SERVICES: ServiceTable = parseServices(COMMON);

/**
 * Reads a table of services in the form of `/etc/services`: a name, a port with a transport, and other
 * names, one service a line. Lines that make no sense are skipped, as the system does; the first of two lines
 * about one name counts.
 *
 * @example
 * ```ts
 * import { parseServices } from "@twinloop/twinloop/poller";
 * import { assertEquals } from "@std/assert";
 *
 * const services = parseServices("http  80/tcp  www  # the web");
 * assertEquals([...services], [["http/tcp", 80], ["www/tcp", 80]]);
 * ```
 *
 * @param text The text.
 * @returns The table.
 */
export function parseServices(text: string): Map<string, number> {
  const services = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [name = "", place = "", ...aliases] = line.replace(/#.*/, "").trim().split(/\s+/);
    const [, digits, transport] = /^(\d{1,5})\/(tcp|udp)$/.exec(place) ?? [];
    const port = Number(digits ?? 0);
    if (port < 1 || port > 65_535) continue;
    for (const each of [name, ...aliases]) {
      const key = `${each}/${transport}`;
      if (!services.has(key)) services.set(key, port);
    }
  }
  return services;
}
