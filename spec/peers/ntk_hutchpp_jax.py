"""Hutch++ on the tangent kernel of a tanh network in JAX: the linearization kept, the estimate one jitted function.

Arguments: widths such as 49-32-32-10; dtype, samples, products with the kernel.
"""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
dtype = arguments[1].replace("f", "float")
samples, products = int(arguments[2]), int(arguments[3])
random = np.random.default_rng(0)


def normal(*shape):
    return jnp.asarray(random.standard_normal(shape), dtype)


widths = [int(width) for width in arguments[0].split("-")]
params = [(normal(n, m) / n**0.5, normal(m)) for n, m in zip(widths, widths[1:])]
x = normal(samples, widths[0])


def net(params):
    h = x
    for weight, bias in params[:-1]:
        h = jnp.tanh(h @ weight + bias)
    return h @ params[-1][0] + params[-1][1]


value, pushforward = jax.linearize(net, params)
pullback = jax.linear_transpose(pushforward, params)
rows = value.size


def product(v):
    return pushforward(pullback(v.reshape(value.shape))[0]).reshape(-1)


block = jax.vmap(product, in_axes=1, out_axes=1)


@jax.jit
def hutchpp(key):
    third = products // 3
    sketching, probing = jax.random.split(key)
    q, _ = jnp.linalg.qr(block(jax.random.rademacher(sketching, (rows, third), dtype)))
    g = jax.random.rademacher(probing, (rows, products - 2 * third), dtype)
    g = g - q @ (q.T @ g)
    return jnp.sum(q * block(q)) + jnp.sum(g * block(g)) / g.shape[1]


key = jax.random.key(0)
report("JAX " + jax.__version__, lambda: hutchpp(key).block_until_ready())
