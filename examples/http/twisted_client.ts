/**
 * An HTTP client in Twisted's style: a protocol that fires a Deferred.
 *
 * @module
 */

import {
  ClientFactory,
  Deferred,
  type Failure,
  type IConnector,
  type IReactorTCP,
  Protocol,
} from "../../reactor/mod.ts";
import { encodeRequest, type Response, ResponseReader } from "./messages.ts";
import type { FetchOptions } from "./tornado_client.ts";

/** Sends one request and reads the response. */
class HTTPClient extends Protocol {
  readonly #request: Uint8Array;
  readonly #reader: ResponseReader;
  readonly #response: Deferred<Response>;

  constructor(request: Uint8Array, reader: ResponseReader, response: Deferred<Response>) {
    super();
    this.#request = request;
    this.#reader = reader;
    this.#response = response;
  }

  override connectionMade(): void {
    this.transport.write(this.#request);
  }

  override dataReceived(data: Uint8Array): void {
    this.#reader.push(data);
    const response = this.#reader.next();
    if (response === undefined || this.#response.called) return;
    this.#response.callback(response);
    this.transport.loseConnection();
  }

  override connectionLost(reason: Failure): void {
    if (this.#response.called) return;
    try {
      this.#reader.end();
    } catch (error) {
      this.#response.errback(error);
      return;
    }
    const response = this.#reader.next();
    if (response === undefined) this.#response.errback(reason);
    else this.#response.callback(response);
  }
}

/** Makes the one protocol of a request. */
class HTTPClientFactory extends ClientFactory {
  readonly response = new Deferred<Response>();
  readonly #method: string;
  readonly #request: Uint8Array;

  constructor(method: string, request: Uint8Array) {
    super();
    this.#method = method;
    this.#request = request;
  }

  override buildProtocol(): Protocol {
    return new HTTPClient(this.#request, new ResponseReader(this.#method), this.response);
  }

  override clientConnectionFailed(_connector: IConnector, reason: Failure): void {
    this.response.errback(reason);
  }
}

/** Asks a server once, over a connection of its own. */
export function fetchOnReactor(
  reactor: IReactorTCP,
  url: string,
  { method = "GET", body = "" }: FetchOptions = {},
): Deferred<Response> {
  const location = new URL(url);
  const factory = new HTTPClientFactory(method, encodeRequest(method, location, body));
  reactor.connectTCP(location.hostname, Number(location.port || 80), factory);
  return factory.response;
}
