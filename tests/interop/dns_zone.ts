/** A zone with everything that a resolver of addresses meets, and the servers that serve it. */

/** The zone's name. */
export const ZONE = "example.test";

/** A name to compare, and nothing else: what it stands for is in the zone file. */
export interface ZoneName {
  readonly name: string;
  readonly lines: readonly string[];
}

function numbered(count: number, make: (i: number) => ZoneName): ZoneName[] {
  return Array.from({ length: count }, (_, i) => make(i + 1));
}

/** Names within the zone and their lines; those without lines do not exist. */
const NAMES: readonly ZoneName[] = [
  ...numbered(12, (i) => ({ name: `four${i}`, lines: [`A 10.1.0.${i}`] })),
  ...numbered(8, (i) => ({ name: `six${i}`, lines: [`AAAA fd01::${i}`] })),
  ...numbered(8, (i) => ({ name: `both${i}`, lines: [`A 10.2.0.${i}`, `AAAA fd02:0:0:${i}::1`] })),
  ...numbered(3, (i) => ({
    name: `several${i}`,
    lines: [`A 10.3.${i}.1`, `A 10.3.${i}.2`, `AAAA fd03::${i}:1`, `AAAA fd03::${i}:2`],
  })),
  ...numbered(4, (i) => ({ name: `alias${i}`, lines: [`CNAME both${i}`] })),
  ...numbered(7, (i) => ({ name: `chain${i}`, lines: [`CNAME chain${i + 1}`] })),
  { name: "chain8", lines: ["CNAME both1"] },
  { name: "circle1", lines: ["CNAME circle2"] },
  { name: "circle2", lines: ["CNAME circle1"] },
  { name: "itself", lines: ["CNAME itself"] },
  { name: "dangling", lines: ["CNAME absent1"] },
  { name: "toempty", lines: ["CNAME empty1"] },
  ...numbered(3, (i) => ({ name: `empty${i}`, lines: [`TXT "nothing to see here"`] })),
  { name: "deep.inner.leaf", lines: ["A 10.4.0.1"] },
  { name: "inner.leaf", lines: [] },
  ...numbered(4, (i) => ({ name: `absent${i}`, lines: [] })),
  { name: "forty", lines: Array.from({ length: 40 }, (_, i) => `A 10.5.0.${i + 1}`) },
  { name: "forty6", lines: Array.from({ length: 40 }, (_, i) => `AAAA fd05::${i + 1}`) },
  { name: "xn--mnchen-3ya", lines: ["A 10.6.0.1", "AAAA fd06::1"] },
  { name: "xn--r8jz45g.xn--zckzah", lines: ["A 10.6.0.2"] },
  { name: "xn--fa-hia", lines: ["CNAME xn--mnchen-3ya"] },
  { name: "*.wild", lines: ["A 10.7.0.1"] },
  { name: "brief", lines: ["0 A 10.8.0.1"] },
  { name: "MiXeD", lines: ["A 10.8.0.2"] },
  { name: "_service._tcp", lines: ["A 10.8.0.3"] },
  { name: "l".repeat(63), lines: ["A 10.8.0.4"] },
  { name: "mapped", lines: ["AAAA ::ffff:10.0.0.1", "AAAA ::1:0:0:1"] },
];

/** The names to look up, in full. */
export const LOOKED_UP: readonly string[] = [
  ...NAMES.map(({ name }) => `${name.replace("*", "any")}.${ZONE}`),
  `any.other.wild.${ZONE}`,
  ZONE,
];

/** The text of the zone file. */
export function zoneFile(): string {
  const head = [
    "$TTL 300",
    `@ IN SOA ns.${ZONE}. admin.${ZONE}. 1 3600 600 86400 60`,
    `@ IN NS ns.${ZONE}.`,
    "ns IN A 127.0.0.1",
  ];
  const body = NAMES.flatMap(({ name, lines }) =>
    lines.map((line) => {
      const [first, ...rest] = line.split(" ");
      return first === "0" ? `${name} 0 IN ${rest.join(" ")}` : `${name} IN ${line}`;
    })
  );
  return `${[...head, ...body].join("\n")}\n`;
}

/** A configuration for unbound: it resolves from the zone, with short UDP answers. */
export function unboundConf(folder: string, port: number): string {
  return `server:
  interface: 127.0.0.1@${port}
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  module-config: "iterator"
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  local-zone: "test." nodefault
  max-udp-size: 512
  num-threads: 1
remote-control:
  control-enable: no
auth-zone:
  name: "${ZONE}"
  zonefile: "${folder}/zone"
  for-downstream: no
  for-upstream: yes
  fallback-enabled: no
`;
}

/** The arguments of a dnsmasq that forwards to another server and knows a few names itself. */
export function dnsmasqArgs(port: number, upstream: number): string[] {
  return [
    "--no-daemon",
    "--conf-file=/dev/null",
    "--no-resolv",
    "--no-hosts",
    "--pid-file=",
    "--user=",
    `--port=${port}`,
    "--listen-address=127.0.0.1",
    "--bind-interfaces",
    `--server=127.0.0.1#${upstream}`,
    "--host-record=own.dnsmasq.test,10.9.0.1,fd09::1",
    "--cname=alias.dnsmasq.test,own.dnsmasq.test",
    "--address=/blocked.dnsmasq.test/",
    "--address=/many.dnsmasq.test/10.9.0.2",
  ];
}

/** The names that only that dnsmasq knows. */
export const DNSMASQ_NAMES: readonly string[] = [
  "own.dnsmasq.test",
  "alias.dnsmasq.test",
  "blocked.dnsmasq.test",
];
