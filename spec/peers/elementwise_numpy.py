"""An elementwise function in NumPy, into an array that is there already. Arguments: function, dtype, elements."""

import numpy as np

function, dtype, elements = arguments[0], np.dtype(arguments[1].replace("f", "float")), int(arguments[2])
low, high = (0.1, 10) if function.startswith("log") else (-3, 3)
x = np.random.default_rng(0).uniform(low, high, elements).astype(dtype)
y = np.empty_like(x)


def sigmoid():
    np.negative(x, out=y)
    np.exp(y, out=y)
    np.add(y, 1, out=y)
    np.reciprocal(y, out=y)


ufunc = getattr(np, function, None)
report("NumPy " + np.__version__, sigmoid if function == "sigmoid" else lambda: ufunc(x, out=y))
