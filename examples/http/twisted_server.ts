/**
 * An HTTP server in Twisted's style: a protocol for each connection.
 *
 * @module
 */

import { Deferred, Protocol, ServerFactory } from "../../reactor/mod.ts";
import {
  type Answer,
  BAD_REQUEST,
  encodeAnswer,
  type Handler,
  type Request,
  RequestReader,
  SERVER_ERROR,
} from "./messages.ts";

/** Answers the requests of its connection, one after the other. */
export class HTTPChannel extends Protocol {
  readonly #handle: Handler;
  readonly #reader = new RequestReader();
  /** Whether an answer is awaited. */
  #isBusy = false;
  /** Whether what came last is no request: the answer to that comes after all others. */
  #isBad = false;
  /** Whether the last answer was given. */
  #isOver = false;

  constructor(handle: Handler) {
    super();
    this.#handle = handle;
  }

  /** The reader is done with the bytes when it returns. */
  override get borrowsData(): boolean {
    return true;
  }

  override dataReceived(data: Uint8Array): void {
    if (!this.#isBad) this.#isBad = !this.#reader.tryPush(data);
    this.#answerAll();
  }

  #answerAll(): void {
    while (!this.#isBusy && !this.#isOver) {
      const request = this.#reader.next();
      if (request === undefined) {
        if (this.#isBad) this.#send(null, BAD_REQUEST);
        return;
      }
      const answer = this.#answer(request);
      if (!("then" in answer)) this.#send(request, answer);
      else this.#sendLater(request, answer);
    }
  }

  #answer(request: Request): Answer | PromiseLike<Answer> {
    try {
      return this.#handle(request);
    } catch {
      return SERVER_ERROR;
    }
  }

  #sendLater(request: Request, answer: PromiseLike<Answer>): void {
    this.#isBusy = true;
    Deferred.fromPromise(Promise.resolve(answer)).addErrback(() => SERVER_ERROR).addCallback(
      (ready) => {
        this.#isBusy = false;
        this.#send(request, ready);
        this.#answerAll();
      },
    );
  }

  #send(request: Request | null, answer: Answer): void {
    this.transport.write(encodeAnswer(request, answer));
    if (request?.isKeptAlive) return;
    this.#isOver = true;
    this.transport.loseConnection();
  }
}

/** Makes a channel for each connection. */
export class HTTPFactory extends ServerFactory {
  readonly #handle: Handler;

  constructor(handle: Handler) {
    super();
    this.#handle = handle;
  }

  override buildProtocol(): HTTPChannel {
    return new HTTPChannel(this.#handle);
  }
}
