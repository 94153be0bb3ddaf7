/** A method for each type of records. */

import { assertEquals } from "@std/assert";
import type { IResolver, LookupMethod } from "../../resolver/mod.ts";
import { asked, codeOf, withServers } from "./resolver_world.ts";

Deno.test("NCLI-39 DNSClient.getHostByName() fulfils with the address", () =>
  withServers(async ({ servers, client }) => {
    const dns = client();
    assertEquals(await dns.getHostByName("a.test"), "10.9.0.1");
    assertEquals(await dns.getHostByName("alias.test"), "10.9.0.1");
    assertEquals(await dns.getHostByName("six.test"), "fd00::6");
    assertEquals(await codeOf(dns.getHostByName("text.test")), "NODATA");
    assertEquals(asked(servers[0]).slice(0, 2), ["A a.test", "AAAA a.test"]);
  }));

/** Sees that a method asks for the type that it is named after. */
async function checkMethod(method: keyof IResolver, type: string): Promise<void> {
  await withServers(async ({ servers, client }) => {
    const dns: IResolver = client();
    await codeOf((dns[method] as LookupMethod).call(dns, "a.test"));
    assertEquals(asked(servers[0]), [`${type} a.test`]);
  });
}

Deno.test("NCLI-40 DNSClient.lookupAddress() asks for A", () => checkMethod("lookupAddress", "A"));
Deno.test("NCLI-41 DNSClient.lookupIPV6Address() asks for AAAA", () =>
  checkMethod("lookupIPV6Address", "AAAA"));
Deno.test("NCLI-42 DNSClient.lookupAddress6() asks for A6", () =>
  checkMethod("lookupAddress6", "UNKNOWN_38"));
Deno.test("NCLI-43 DNSClient.lookupNameservers() asks for NS", () =>
  checkMethod("lookupNameservers", "NS"));
Deno.test("NCLI-44 DNSClient.lookupCanonicalName() asks for CNAME", () =>
  checkMethod("lookupCanonicalName", "CNAME"));
Deno.test("NCLI-45 DNSClient.lookupAuthority() asks for SOA", () =>
  checkMethod("lookupAuthority", "SOA"));
Deno.test("NCLI-46 DNSClient.lookupMailBox() asks for MB", () =>
  checkMethod("lookupMailBox", "UNKNOWN_7"));
Deno.test("NCLI-47 DNSClient.lookupMailGroup() asks for MG", () =>
  checkMethod("lookupMailGroup", "UNKNOWN_8"));
Deno.test("NCLI-48 DNSClient.lookupMailRename() asks for MR", () =>
  checkMethod("lookupMailRename", "UNKNOWN_9"));
Deno.test("NCLI-49 DNSClient.lookupNull() asks for NULL", () => checkMethod("lookupNull", "NULL"));
Deno.test("NCLI-50 DNSClient.lookupWellKnownServices() asks for WKS", () =>
  checkMethod("lookupWellKnownServices", "UNKNOWN_11"));
Deno.test("NCLI-51 DNSClient.lookupPointer() asks for PTR", () =>
  checkMethod("lookupPointer", "PTR"));
Deno.test("NCLI-52 DNSClient.lookupHostInfo() asks for HINFO", () =>
  checkMethod("lookupHostInfo", "HINFO"));
Deno.test("NCLI-53 DNSClient.lookupMailboxInfo() asks for MINFO", () =>
  checkMethod("lookupMailboxInfo", "UNKNOWN_14"));
Deno.test("NCLI-54 DNSClient.lookupMailExchange() asks for MX", () =>
  checkMethod("lookupMailExchange", "MX"));
Deno.test("NCLI-55 DNSClient.lookupText() asks for TXT", () => checkMethod("lookupText", "TXT"));
Deno.test("NCLI-56 DNSClient.lookupSenderPolicy() asks for SPF", () =>
  checkMethod("lookupSenderPolicy", "SPF"));
Deno.test("NCLI-57 DNSClient.lookupResponsibility() asks for RP", () =>
  checkMethod("lookupResponsibility", "RP"));
Deno.test("NCLI-58 DNSClient.lookupAFSDatabase() asks for AFSDB", () =>
  checkMethod("lookupAFSDatabase", "AFSDB"));
Deno.test("NCLI-59 DNSClient.lookupService() asks for SRV", () =>
  checkMethod("lookupService", "SRV"));
Deno.test("NCLI-61 DNSClient.lookupAllRecords() asks for records of all types", () =>
  checkMethod("lookupAllRecords", "ANY"));
Deno.test("NCLI-62 DNSClient.lookupNamingAuthorityPointer() asks for NAPTR", () =>
  checkMethod("lookupNamingAuthorityPointer", "NAPTR"));
Deno.test("NCLI-63 DNSClient.query() dispatches on the type", () =>
  withServers(async ({ servers, client }) => {
    const dns = client();
    await dns.query({ name: "a.test", type: "AAAA" });
    await dns.query({ name: "text.test", type: "TXT" });
    assertEquals(asked(servers[0]), ["AAAA a.test", "TXT text.test"]);
    assertEquals(await codeOf(dns.query({ name: "a.test", type: "OPT" })), "UNSUPPORTED");
  }));
