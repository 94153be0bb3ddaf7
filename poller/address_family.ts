/**
 * Address families, as Tornado's callers name them.
 *
 * @module
 */

/** IPv4, IPv6 or both: one of {@linkcode AF_UNSPEC}, {@linkcode AF_INET}, {@linkcode AF_INET6}. */
export type AddressFamily = 0 | 2 | 10;

/** The family of an address: IPv4 or IPv6. */
export type Family = Exclude<AddressFamily, 0>;

/** Either family. The numbers are those of Linux, on every system. */
export const AF_UNSPEC = 0;

/** IPv4. */
export const AF_INET = 2;

/** IPv6. */
export const AF_INET6 = 10;
