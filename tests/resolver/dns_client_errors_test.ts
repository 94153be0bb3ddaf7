/** What the response codes of servers become. */

import { assertEquals, assertRejects } from "@std/assert";
import {
  DNSFormatError,
  DNSNameError,
  DNSNotImplementedError,
  DNSQueryRefusedError,
  DNSServerError,
  DNSUnknownError,
} from "../../resolver/mod.ts";
import type { DNSFault } from "../../sim/dns/mod.ts";
import { asked, withServers } from "./resolver_world.ts";

/** Sees which error an answer of a server becomes, and how often it was asked. */
async function checkRefusal(
  fault: DNSFault,
  ErrorClass: new (message: string) => Error,
  count: number,
): Promise<void> {
  await withServers(async ({ servers, client }) => {
    await assertRejects(() => client().lookupAddress("a.test"), ErrorClass);
    assertEquals(asked(servers[0]).length, count);
  }, { servers: [{ decide: () => fault }] });
}

Deno.test("NCLI-65 DNSClient rejects with DNSFormatError for rcode 1, after a try without EDNS(0)", () =>
  checkRefusal("format error", DNSFormatError, 2));
Deno.test("NCLI-66 DNSClient rejects with DNSServerError for rcode 2", () =>
  checkRefusal("server failure", DNSServerError, 1));
Deno.test("NCLI-67 DNSClient rejects with DNSNameError for rcode 3", () =>
  withServers(async ({ client }) => {
    await assertRejects(() => client().lookupAddress("no.test"), DNSNameError);
  }));

Deno.test("NCLI-68 DNSClient rejects with DNSNotImplementedError for rcode 4", () =>
  checkRefusal("not implemented", DNSNotImplementedError, 2));
Deno.test("NCLI-69 DNSClient rejects with DNSQueryRefusedError for rcode 5", () =>
  checkRefusal("refuse", DNSQueryRefusedError, 1));
Deno.test("NCLI-70 DNSClient rejects with DNSUnknownError for any other rcode", () =>
  checkRefusal("unknown code", DNSUnknownError, 1));
