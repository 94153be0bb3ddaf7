import { assertEquals } from "@std/assert";
import { Deferred } from "../../../reactor/deferred/deferred.ts";
import { wrapProtocol } from "../../../reactor/endpoints/wrapping_protocol.ts";
import { type IHandshakeListener, type IProtocol, Protocol } from "../../../reactor/mod.ts";

class Listener extends Protocol implements IHandshakeListener {
  handshakes = 0;

  handshakeCompleted(): void {
    this.handshakes++;
  }
}

Deno.test("wrapProtocol() hands on the end of a TLS handshake to who listens for it", () => {
  const protocol = new Listener();
  const [listening, deaf] = [protocol, new Protocol()].map((wrapped) =>
    wrapProtocol(wrapped, new Deferred<IProtocol>()) as IHandshakeListener
  );
  listening?.handshakeCompleted();
  deaf?.handshakeCompleted();
  assertEquals(protocol.handshakes, 1);
});
