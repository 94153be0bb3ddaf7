/**
 * DNS that runs on the loop itself: Tornado's `Resolver` and Twisted's `names`, non-blocking, without
 * threads, on any loop and in simulations.
 *
 * @example What servers send is checked before it is believed
 * ```ts
 * import { decodeMessage, DNSMalformedError, encodeQuery } from "@twinloop/twinloop/resolver";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const packet = encodeQuery({ name: "example.test", type: "A" }, { id: 1 });
 * assertEquals(decodeMessage(packet).question?.name, "example.test");
 * assertThrows(() => decodeMessage(packet.subarray(0, 20)), DNSMalformedError);
 * ```
 *
 * @module
 */

export { AF_INET, AF_INET6, AF_UNSPEC } from "./address_family.ts";
export type { AddressFamily, Family } from "./address_family.ts";
export type { Answer, AnswerSource, ServerSource } from "./answer.ts";
export { AnswerCache } from "./answer_cache.ts";
export type { AnswerCacheOptions, CachedAnswer } from "./answer_cache.ts";
export { CacheResolver } from "./cache_resolver.ts";
export type { CacheSeed } from "./cache_resolver.ts";
export { CHAIN_MAX, followChain } from "./cname_chain.ts";
export type { CNAMEChain } from "./cname_chain.ts";
export { createResolver, getResolver, SystemResolverChain } from "./deno_create_resolver.ts";
export type { CreateResolverOptions } from "./deno_create_resolver.ts";
export { DenoFiles } from "./deno_files.ts";
export { createStubResolver } from "./deno_stub_resolver.ts";
export { SystemResolver } from "./deno_system_resolver.ts";
export { DEFAULT_TIMEOUTS, DNSClient, RESOLV_CONF_PATH } from "./dns_client.ts";
export type { DNSClientOptions } from "./dns_client.ts";
export { checkDomainName, checkHostName } from "./domain_name.ts";
export * from "./errors.ts";
export type { HostAddress, HostLookup, LookupStep } from "./host_lookup.ts";
export { HOSTS_PATH, HostsResolver } from "./hosts_resolver.ts";
export type { HostsResolverOptions } from "./hosts_resolver.ts";
export { HostsTable, parseHosts } from "./hosts_table.ts";
export { resolverLoop } from "./loop.ts";
export type {
  AnyLoop,
  Cancellable,
  IOLoopLike,
  ReactorDescriptor,
  ReactorLike,
  ResolverLoop,
  Timers,
  Watcher,
} from "./loop.ts";
export type { Message, Query, ResourceRecord, SOAData } from "./message.ts";
export { NameResolver } from "./name_resolver.ts";
export type {
  AddressClass,
  HostResolution,
  NameResolverOptions,
  ResolutionReceiver,
  TransportSemantics,
} from "./name_resolver.ts";
export { OverrideResolver } from "./override_resolver.ts";
export type { OverrideKey, OverrideTarget } from "./override_resolver.ts";
export {
  ComplexResolverSimplifier,
  PluggableResolver,
  SimpleResolverComplexifier,
} from "./pluggable_resolver.ts";
export type { HostedAddress, HostnameResolver, SimpleResolver } from "./pluggable_resolver.ts";
export type { RecordType } from "./record_type.ts";
export { parseResolvConf } from "./resolv_conf.ts";
export type { ResolvConf } from "./resolv_conf.ts";
export { Resolver } from "./resolver.ts";
export type { ResolvedAddress, ResolverFactory } from "./resolver.ts";
export { ResolverBase } from "./resolver_base.ts";
export { ResolverChain } from "./resolver_chain.ts";
export type { IResolver, LookupMethod } from "./resolver_interfaces.ts";
export { exceptionForCode } from "./response_errors.ts";
export type { DNSResponseErrorClass } from "./response_errors.ts";
export { searchList } from "./search_list.ts";
export { parseServer } from "./server_address.ts";
export { StubResolver } from "./stub_resolver.ts";
export type { StubResolverOptions } from "./stub_resolver.ts";
export { CHECK_SECONDS, ConfigurationWarning } from "./text_files.ts";
export type { FileWorld, ParsedFile, TextFiles } from "./text_files.ts";
export { TwistedResolver } from "./twisted_resolver.ts";
export { decodeMessage, EDNS_PAYLOAD, encodeQuery } from "./wire.ts";
export type { EncodeQueryOptions } from "./wire.ts";
