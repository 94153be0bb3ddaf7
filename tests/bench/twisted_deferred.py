"""How long a Deferred with ten callbacks takes: twisted_deferred.py COUNT prints nanoseconds for each."""

import sys
import time

from twisted.internet.defer import Deferred


def increment(value):
    return value + 1


def run(count):
    for _ in range(count):
        deferred = Deferred()
        for _ in range(10):
            deferred.addCallback(increment)
        deferred.callback(0)


count = int(sys.argv[1])
run(count // 10)
start = time.perf_counter_ns()
run(count)
print((time.perf_counter_ns() - start) / count)
