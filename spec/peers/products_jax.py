"""K·v of a network in JAX: the linearization kept, both halves in one jitted function; blocks by vmap.

Arguments: widths of a tanh network such as 20-10-4, or gru-inputs-states-steps; dtype, samples, vectors.
"""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
dtype = arguments[1].replace("f", "float")
samples, vectors = int(arguments[2]), int(arguments[3])
random = np.random.default_rng(0)


def normal(*shape):
    return jnp.asarray(random.standard_normal(shape), dtype)


def layered(widths):
    params = [(normal(n, m) / n**0.5, normal(m)) for n, m in zip(widths, widths[1:])]
    x = normal(samples, widths[0])

    def net(params):
        h = x
        for weight, bias in params[:-1]:
            h = jnp.tanh(h @ weight + bias)
        return h @ params[-1][0] + params[-1][1]

    return net, params


def recurrent(inputs, states, steps):
    shapes = [(3 * states, inputs), (3 * states, states), (3 * states,), (3 * states,)]
    params = [normal(*shape) / states**0.5 for shape in shapes]
    x = normal(steps, samples, inputs)

    def net(params):
        weight_ih, weight_hh, bias_ih, bias_hh = params

        def step(h, projected):
            i_r, i_z, i_n = jnp.split(projected, 3, axis=-1)
            h_r, h_z, h_n = jnp.split(h @ weight_hh.T + bias_hh, 3, axis=-1)
            update = jax.nn.sigmoid(i_z + h_z)
            h = (1 - update) * jnp.tanh(i_n + jax.nn.sigmoid(i_r + h_r) * h_n) + update * h
            return h, h

        return jax.lax.scan(step, jnp.zeros((samples, states), dtype), x @ weight_ih.T + bias_ih)[1]

    return net, params


sizes = [int(size) for size in arguments[0].removeprefix("gru-").split("-")]
net, params = recurrent(*sizes) if arguments[0].startswith("gru-") else layered(sizes)
value, pushforward = jax.linearize(net, params)
pullback = jax.linear_transpose(pushforward, params)


def product(v):
    return pushforward(pullback(v)[0])


kernel = jax.jit(product if vectors == 1 else jax.vmap(product))
v = normal(*value.shape) if vectors == 1 else normal(vectors, *value.shape)
report("JAX " + jax.__version__, lambda: kernel(v).block_until_ready())
