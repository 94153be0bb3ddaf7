import { assertEquals } from "@std/assert";
import { COMMON_SERVICES, parseServices } from "../../poller/mod.ts";

/** What a table holds. */
function check(text: string, expected: Record<string, number>): void {
  assertEquals(Object.fromEntries(parseServices(text)), expected);
}

Deno.test("parseServices() reads names, aliases and transports", () =>
  check("domain\t53/tcp\ndomain 53/udp\r\nhttp  80/tcp  www  web", {
    "domain/tcp": 53,
    "domain/udp": 53,
    "http/tcp": 80,
    "www/tcp": 80,
    "web/tcp": 80,
  }));

Deno.test("parseServices() skips comments, blank lines and what makes no sense", () =>
  check(
    [
      "# http 80/tcp",
      "",
      "http#80/tcp",
      "one 1/tcp # two",
      "  three 3/tcp",
      "zero 0/tcp",
      "big 65536/tcp",
      "most 65535/tcp",
      "many 80/sctp",
      "none 80",
      "word eighty/tcp",
      "-1 -1/tcp",
    ].join("\n"),
    { "one/tcp": 1, "three/tcp": 3, "most/tcp": 65_535 },
  ));

Deno.test("parseServices() takes the first of two lines about one name", () =>
  check("a 1/tcp b\nb 2/tcp a c", { "a/tcp": 1, "b/tcp": 1, "c/tcp": 2 }));

Deno.test("COMMON_SERVICES has what programs ask for", () => {
  const ports = ["http/tcp", "https/tcp", "domain/udp", "smtp/tcp"];
  assertEquals(ports.map((name) => COMMON_SERVICES.get(name)), [80, 443, 53, 25]);
});
