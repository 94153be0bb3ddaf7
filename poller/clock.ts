/**
 * The time half of the seam.
 *
 * @module
 */

/**
 * A source of monotonic time.
 *
 * Everything in this package that needs to know the time asks a clock that it was given; nothing
 * reads the machine's clock on its own. `DenoPlatform` answers with the process's monotonic
 * clock, a host of a simulation with virtual time.
 *
 * Guaranteed: successive answers never decrease; the unit is seconds.
 *
 * Not guaranteed: the epoch (an answer means nothing but its distance to another answer of the
 * same clock), the resolution, and that two calls in a row differ.
 *
 * Twisted: `IReactorTime.seconds` (`internet/interfaces.py`); Tornado: the `time_func` argument of
 * `PollIOLoop.initialize` (`ioloop.py`, 4.5.3).
 */
export interface Clock {
  /** Returns the time in seconds since an arbitrary moment. */
  now(): number;
}
