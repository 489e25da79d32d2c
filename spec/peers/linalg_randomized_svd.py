"""Leading singular triplets by randomized SVD: scikit-learn's, or where it is absent the same method in NumPy and SciPy.

Arguments: n, rank, power iterations ("auto" for scikit-learn's choice).
"""

import numpy as np

n, rank, iterations = int(arguments[0]), int(arguments[1]), arguments[2]
random = np.random.default_rng(0)
g = random.standard_normal((n, n))
a = (g / np.sqrt(np.arange(1, n + 1))) @ g.T
a = (a + a.T) / 2

try:
    import sklearn
    from sklearn.utils.extmath import randomized_svd

    name = "scikit-learn " + sklearn.__version__
    steps = iterations if iterations == "auto" else int(iterations)

    def decompose():
        return randomized_svd(a, rank, n_iter=steps, random_state=0)

except ImportError:
    import scipy
    from scipy.linalg import lu, qr, svd

    name = "SciPy " + scipy.__version__ + ", scikit-learn's method"
    steps = 7 if iterations == "auto" else int(iterations)

    def decompose():
        q = np.random.default_rng(0).standard_normal((n, rank + 10))
        for _ in range(steps):
            q, _ = lu(a @ q, permute_l=True)
            q, _ = lu(a.T @ q, permute_l=True)
        q, _ = qr(a @ q, mode="economic")
        u, s, vt = svd(q.T @ a, full_matrices=False, lapack_driver="gesdd")
        return q @ u[:, :rank], s[:rank], vt[:rank]


report(name, decompose)
