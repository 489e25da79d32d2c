"""K·v of a tanh network in JAX: the linearization kept, both halves in one jitted function; blocks by vmap.

Arguments: widths such as 20-10-4, dtype, samples, vectors.
"""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
widths = [int(width) for width in arguments[0].split("-")]
dtype = arguments[1].replace("f", "float")
samples, vectors = int(arguments[2]), int(arguments[3])
random = np.random.default_rng(0)


def normal(*shape):
    return jnp.asarray(random.standard_normal(shape), dtype)


params = [(normal(n, m) / n**0.5, normal(m)) for n, m in zip(widths, widths[1:])]
x = normal(samples, widths[0])


def net(params):
    h = x
    for weight, bias in params[:-1]:
        h = jnp.tanh(h @ weight + bias)
    return h @ params[-1][0] + params[-1][1]


_, pushforward = jax.linearize(net, params)
pullback = jax.linear_transpose(pushforward, params)


def product(v):
    return pushforward(pullback(v)[0])


kernel = jax.jit(product if vectors == 1 else jax.vmap(product))
v = normal(samples, widths[-1]) if vectors == 1 else normal(vectors, samples, widths[-1])
report("JAX " + jax.__version__, lambda: kernel(v).block_until_ready())
