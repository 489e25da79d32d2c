"""K·v of a tanh network in PyTorch, eager: torch.func.vjp kept, then jvp. Arguments: widths, dtype, samples, vectors (1)."""

import torch
from torch.func import jvp, vjp

torch.set_num_threads(threads)
widths = [int(width) for width in arguments[0].split("-")]
dtype = torch.float32 if arguments[1] == "f32" else torch.float64
samples = int(arguments[2])
torch.manual_seed(0)


def normal(*shape):
    return torch.randn(*shape, dtype=dtype)


params = [(normal(n, m) / n**0.5, normal(m)) for n, m in zip(widths, widths[1:])]
x = normal(samples, widths[0])


def net(params):
    h = x
    for weight, bias in params[:-1]:
        h = torch.tanh(h @ weight + bias)
    return h @ params[-1][0] + params[-1][1]


_, pullback = vjp(net, params)
v = normal(samples, widths[-1])
report("PyTorch " + torch.__version__, lambda: jvp(net, (params,), (pullback(v)[0],))[1])
