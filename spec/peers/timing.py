"""What every peer in Python shares; put before each script, which ends with `report`.

Arguments: cores, length of a measurement in ms, measurements to warm up, measurements that count, then the script's own.
"""

import json
import os
import sys
import time

threads, millis, warm_ups, measurements = map(int, sys.argv[1:5])
arguments = sys.argv[5:]

# Before any library is loaded, since they ask for both as they start.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(threads)
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])


def measure(operation, count):
    """Mean time of an operation in ns, over so many calls."""
    start = time.perf_counter_ns()
    for _ in range(count):
        operation()
    return (time.perf_counter_ns() - start) / count


def report(name, operation):
    """Prints who ran and the mean time of the operation in ns in each measurement."""
    operation()
    single = measure(operation, 3)
    nanos = []
    for turn in range(warm_ups + measurements):
        single = measure(operation, max(1, int(1e6 * millis / single)))
        if turn >= warm_ups:
            nanos.append(single)
    print(json.dumps({"peer": name, "nanos": nanos}))
