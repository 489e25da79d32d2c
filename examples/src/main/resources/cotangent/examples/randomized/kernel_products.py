"""Products with the tangent kernel of tanh networks in JAX or PyTorch: without the matrix, and with it.

Arguments: jax or torch; threads; length of a measurement in ms; numbers of samples, with a comma between them; the largest of
these for which the matrix is written out; then for each network an .npz file with W1, b1, ..., inputs x and a vector v of which
the first rows are taken. Prints JSON: who ran, and for each network and number of samples the times in microseconds and the
product.
"""

import json
import os
import sys
import time

framework, threads, millis = sys.argv[1], sys.argv[2], float(sys.argv[3])
sizes = [int(size) for size in sys.argv[4].split(",")]
largest = int(sys.argv[5])

# Before any library is loaded, since they ask for it as they start.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = threads

import numpy as np


def micros(operation):
    """The least mean of five batches of calls, after a warm-up."""
    operation()
    count = 1
    while True:
        start = time.perf_counter()
        for _ in range(count):
            operation()
        spent = time.perf_counter() - start
        if spent > millis / 1e3:
            break
        count *= 2
    count = max(1, int(count * millis / 5e3 / spent))
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(count):
            operation()
        best = min(best, (time.perf_counter() - start) / count)
    return 1e6 * best


def layers(arrays):
    return [(arrays["W%d" % i], arrays["b%d" % i]) for i in range(1, sum(name[0] == "W" for name in arrays) + 1)]


def in_jax():
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")

    def net(params, x):
        for weight, bias in params[:-1]:
            x = jnp.tanh(x @ weight + bias)
        return x @ params[-1][0] + params[-1][1]

    def case(arrays, n, written):
        params = [(jnp.asarray(weight), jnp.asarray(bias)) for weight, bias in layers(arrays)]
        x, v = jnp.asarray(arrays["x"][:n]), jnp.asarray(arrays["v"][:n])
        _, pushforward = jax.linearize(lambda p: net(p, x), params)
        pullback = jax.linear_transpose(pushforward, params)
        product = jax.jit(lambda u: pushforward(pullback(u)[0]))
        kernel = None
        if written:

            @jax.jit
            def write(params):
                jacobian = jax.vmap(jax.jacrev(net), (None, 0))(params, x)
                rows = [leaf.reshape(v.size, -1) for leaf in jax.tree_util.tree_leaves(jacobian)]
                rows = jnp.concatenate(rows, 1)
                return rows @ rows.T

            dense = write(params)
            flat = v.reshape(-1)
            multiply = jax.jit(jnp.matmul)
            kernel = (
                lambda: write(params).block_until_ready(),
                lambda: multiply(dense, flat).block_until_ready(),
            )
        return (lambda: product(v).block_until_ready()), kernel

    return "JAX " + jax.__version__, case


def in_torch():
    import torch
    from torch.func import jacrev, jvp, vjp, vmap

    torch.set_num_threads(int(threads))

    def net(params, x):
        for weight, bias in params[:-1]:
            x = torch.tanh(x @ weight + bias)
        return x @ params[-1][0] + params[-1][1]

    def case(arrays, n, written):
        params = [(torch.from_numpy(weight), torch.from_numpy(bias)) for weight, bias in layers(arrays)]
        x, v = torch.from_numpy(arrays["x"][:n]), torch.from_numpy(arrays["v"][:n])
        _, pullback = vjp(lambda p: net(p, x), params)

        def product():
            return jvp(lambda p: net(p, x), (params,), (pullback(v)[0],))[1]

        kernel = None
        if written:

            def write():
                jacobian = vmap(jacrev(net), (None, 0))(params, x)
                rows = torch.cat([leaf.reshape(v.numel(), -1) for pair in jacobian for leaf in pair], 1)
                return rows @ rows.T

            dense, flat = write(), v.reshape(-1)
            kernel = (write, lambda: dense @ flat)
        return product, kernel

    return "PyTorch " + torch.__version__.split("+")[0], case


peer, case = in_jax() if framework == "jax" else in_torch()
networks = []
for path in sys.argv[6:]:
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    rows = []
    for n in sizes:
        product, kernel = case(arrays, n, n <= largest)
        row = {"samples": n, "product": micros(product), "result": np.asarray(product()).reshape(-1).tolist()}
        if kernel is not None:
            row["write"], row["explicit"] = micros(kernel[0]), micros(kernel[1])
        rows.append(row)
    networks.append(rows)
print(json.dumps({"peer": peer, "networks": networks}))
