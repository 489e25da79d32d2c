"""K·v of a gated recurrent network in PyTorch: torch.func.vjp kept, then jvp; one vector at a time and in blocks by vmap.

Arguments: threads, inputs, states, steps, samples, single products to time, sizes of blocks separated by commas.
"""

import json
import os
import sys
import time

threads, inputs, states, steps, samples, timed = map(int, sys.argv[1:7])
sizes = [int(size) for size in sys.argv[7].split(",")]

# Before any library is loaded, since they ask for both as they start.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(threads)

import torch
from torch.func import jvp, vjp, vmap

torch.set_num_threads(threads)
torch.manual_seed(0)
layer = torch.nn.GRU(inputs, states)
params = tuple(parameter.detach() for parameter in layer.parameters())
x = torch.randn(steps, samples, inputs)


def net(params):
    weight_ih, weight_hh, bias_ih, bias_hh = params
    h = torch.zeros(samples, states)
    outputs = []
    for projected in x @ weight_ih.T + bias_ih:
        i_r, i_z, i_n = projected.chunk(3, -1)
        h_r, h_z, h_n = (h @ weight_hh.T + bias_hh).chunk(3, -1)
        update = torch.sigmoid(i_z + h_z)
        h = (1 - update) * torch.tanh(i_n + torch.sigmoid(i_r + h_r) * h_n) + update * h
        outputs.append(h)
    return torch.stack(outputs)


value, pullback = vjp(net, params)
difference = float((value - layer(x)[0].detach()).abs().max())
assert difference < 1e-5, f"the network is not torch.nn.GRU: {difference}"


def product(v):
    return jvp(net, (params,), (pullback(v)[0],))[1]


def millis(operation, count):
    """Mean milliseconds of an operation, over so many calls."""
    start = time.perf_counter()
    for _ in range(count):
        operation()
    return 1e3 * (time.perf_counter() - start) / count


def one():
    return product(torch.randn_like(value))


millis(one, 10)
single = millis(one, timed)
blocks = {}
for size in sizes:
    block = torch.randn(size, *value.shape)
    together = vmap(product)
    together(block)
    blocks[size] = millis(lambda: together(block), 3) / size
print(json.dumps({"peer": "PyTorch " + torch.__version__, "oneMillis": single, "blockMillis": blocks}))
