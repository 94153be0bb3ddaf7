/**
 * A reactor without a loop: the test is the loop.
 *
 * @module
 */

import { DelayedCallQueue } from "../../../poller/mod.ts";
import type {
  IDelayedCall,
  IReactorFDSet,
  IReactorTime,
  IReadDescriptor,
  IWriteDescriptor,
} from "../../../reactor/interfaces/mod.ts";

/** Remembers who reads and writes, and makes delayed calls when told to. */
export class ManualReactor implements IReactorFDSet, IReactorTime {
  readonly #readers = new Set<IReadDescriptor>();
  readonly #writers = new Set<IWriteDescriptor>();
  readonly #calls = new DelayedCallQueue({ seconds: () => 0 });

  seconds(): number {
    return 0;
  }
  callLater<A extends unknown[]>(
    delay: number,
    callable: (...args: A) => unknown,
    ...args: A
  ): IDelayedCall {
    return this.#calls.add(delay, callable, args);
  }
  getDelayedCalls(): IDelayedCall[] {
    return this.#calls.list();
  }
  /** Makes the calls that are due. */
  runDue(): void {
    for (const timer of this.#calls.takeDue(0)) timer.run();
  }

  addReader(reader: IReadDescriptor): void {
    this.#readers.add(reader);
  }
  addWriter(writer: IWriteDescriptor): void {
    this.#writers.add(writer);
  }
  removeReader(reader: IReadDescriptor): void {
    this.#readers.delete(reader);
  }
  removeWriter(writer: IWriteDescriptor): void {
    this.#writers.delete(writer);
  }
  removeAll(): (IReadDescriptor | IWriteDescriptor)[] {
    const all = new Set([...this.#readers, ...this.#writers]);
    this.#readers.clear();
    this.#writers.clear();
    return [...all];
  }
  getReaders(): IReadDescriptor[] {
    return [...this.#readers];
  }
  getWriters(): IWriteDescriptor[] {
    return [...this.#writers];
  }
}
