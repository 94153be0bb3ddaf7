import { assertEquals, assertMatch } from "@std/assert";
import * as errors from "../../reactor/errors.ts";

/** The classes of the module that are made of a message, as most are. */
function classes(): (new (message?: string, options?: ErrorOptions) => Error)[] {
  const others: unknown[] = [
    errors.CannotListenError,
    errors.InvalidAddressError,
    errors.MulticastJoinError,
    errors.PeerVerifyError,
    errors.SSLError,
    errors.UnsupportedAddressFamily,
    errors.VerifyError,
  ];
  return Object.values(errors).filter((value) =>
    typeof value === "function" && !others.includes(value)
  ) as (new (message?: string, options?: ErrorOptions) => Error)[];
}

Deno.test("ERR-01 errors: each class has its name, a code of its own, and the text it was given", () => {
  const codes = new Set<string>();
  for (const type of classes()) {
    const plain = new type();
    assertEquals([plain.name, plain.cause], [type.name, undefined]);
    const { code } = plain as Error & { code: string };
    assertMatch(code, /^[A-Z][A-Z_]+$/);
    assertEquals(codes.has(code), false, `${code} is there twice`);
    codes.add(code);
    // Without a text of its own an error is still told by its name.
    assertMatch(String(plain), new RegExp(`^${type.name}(: \\S.*)?$`));
    if (/^AlreadyCalled|^AlreadyCancelled/.test(type.name)) continue;
    const cause = new Error("why");
    const told = new type("Cannot do it: it is done", { cause });
    assertEquals([told.message, told.cause], ["Cannot do it: it is done", cause]);
  }
});

Deno.test("SSLError and its kin say what has failed by their code", () => {
  const cause = new Error("why");
  for (const type of [errors.SSLError, errors.VerifyError, errors.PeerVerifyError]) {
    const error = new type("CERTIFICATE_EXPIRED" as never, "Cannot do it: it is old", { cause });
    assertEquals([error.name, error.code as string], [type.name, "CERTIFICATE_EXPIRED"]);
    assertEquals([error.message, error.cause], ["Cannot do it: it is old", cause]);
    assertEquals(error instanceof errors.ConnectionLost, true);
  }
});

Deno.test("MulticastJoinError says which group, and why", () => {
  const cause = new Error("Cannot join 239.1.2.3: there is no such interface");
  const error = new errors.MulticastJoinError("239.1.2.3", "192.0.2.1", cause);
  assertEquals([error.name, error.code], ["MulticastJoinError", "MULTICAST_JOIN_FAILED"]);
  assertEquals([error.message, error.cause], [cause.message, cause]);
  assertEquals([error.group, error.networkInterface], ["239.1.2.3", "192.0.2.1"]);
});

Deno.test("UnsupportedAddressFamily says which family, and which there are", () => {
  const error = new errors.UnsupportedAddressFamily("AF_VSOCK", ["AF_INET", "AF_INET6"]);
  assertEquals([error.name, error.code], [
    "UnsupportedAddressFamily",
    "UNSUPPORTED_ADDRESS_FAMILY",
  ]);
  assertEquals([error.message, error.addressFamily], [
    "Cannot adopt a socket: family AF_VSOCK is none of AF_INET, AF_INET6",
    "AF_VSOCK",
  ]);
});

Deno.test("ERR-05 InvalidAddressError is a RangeError, and says which address", () => {
  const error = new errors.InvalidAddressError(
    "::1",
    "Cannot write to ::1: the socket is for IPv4",
  );
  assertEquals([error instanceof RangeError, error.name, error.code, error.address], [
    true,
    "InvalidAddressError",
    "INVALID_ADDRESS",
    "::1",
  ]);
});

Deno.test("CannotListenError says where, and why", () => {
  const cause = new Error("it is taken");
  const error = new errors.CannotListenError("", 80, cause);
  assertEquals(error.message, "Cannot listen on any:80: it is taken");
  assertEquals([error.interface, error.port, error.cause], ["", 80, cause]);
  assertEquals(
    new errors.CannotListenError("::1", "x", "no").message,
    "Cannot listen on ::1:x: no",
  );
});
