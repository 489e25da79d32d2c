"""The explicit empirical tangent kernel of a tanh network by neural-tangents' structured derivatives, jitted.

Arguments: widths such as 784-512-512-10; dtype, samples, and traced or whole. neural-tangents 0.6.5 was written for a jax
before 0.4.36, and asks for names that 0.4.35 has moved: they are put back.
"""

import types

import jax
import jax.numpy as jnp
import numpy as np
from jax._src import source_info_util
from jax.interpreters import ad

if not hasattr(ad, "source_info_util"):
    ad.source_info_util = source_info_util
if not hasattr(ad, "config"):
    ad.config = types.SimpleNamespace(jax_enable_checks=False)

import neural_tangents as nt

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
dtype = arguments[1].replace("f", "float")
samples = int(arguments[2])
random = np.random.default_rng(0)


def normal(*shape):
    return jnp.asarray(random.standard_normal(shape), dtype)


widths = [int(width) for width in arguments[0].split("-")]
params = [(normal(n, m) / n**0.5, normal(m)) for n, m in zip(widths, widths[1:])]
x = normal(samples, widths[0])


def net(params, x):
    for weight, bias in params[:-1]:
        x = jnp.tanh(x @ weight + bias)
    return x @ params[-1][0] + params[-1][1]


kernel = jax.jit(
    nt.empirical_ntk_fn(
        net,
        trace_axes=(-1,) if arguments[3] == "traced" else (),
        vmap_axes=0,
        implementation=nt.NtkImplementation.STRUCTURED_DERIVATIVES,
    )
)
report("neural-tangents " + nt.__version__, lambda: kernel(x, None, params).block_until_ready())
