"""Leading eigenpairs of a dense symmetric matrix by ARPACK through SciPy. Arguments: n, pairs, tolerance."""

import numpy as np
import scipy
from scipy.sparse.linalg import eigsh

n, pairs, tolerance = int(arguments[0]), int(arguments[1]), float(arguments[2])
random = np.random.default_rng(0)
g = random.standard_normal((n, n))
a = (g / np.sqrt(np.arange(1, n + 1))) @ g.T
a = (a + a.T) / 2
report("ARPACK of SciPy " + scipy.__version__, lambda: eigsh(a, pairs, which="LA", tol=tolerance))
