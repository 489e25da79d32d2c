"""K·v of a network in PyTorch, eager: torch.func.vjp kept, then jvp.

Arguments: widths of a tanh network, or gru-inputs-states-steps; dtype, samples, vectors (1).
"""

import torch
from torch.func import jvp, vjp

torch.set_num_threads(threads)
dtype = torch.float32 if arguments[1] == "f32" else torch.float64
samples = int(arguments[2])
torch.manual_seed(0)


def normal(*shape):
    return torch.randn(*shape, dtype=dtype)


def layered(widths):
    params = [(normal(n, m) / n**0.5, normal(m)) for n, m in zip(widths, widths[1:])]
    x = normal(samples, widths[0])

    def net(params):
        h = x
        for weight, bias in params[:-1]:
            h = torch.tanh(h @ weight + bias)
        return h @ params[-1][0] + params[-1][1]

    return net, params


def recurrent(inputs, states, steps):
    shapes = [(3 * states, inputs), (3 * states, states), (3 * states,), (3 * states,)]
    params = [normal(*shape) / states**0.5 for shape in shapes]
    x = normal(steps, samples, inputs)

    def net(params):
        weight_ih, weight_hh, bias_ih, bias_hh = params
        h = torch.zeros(samples, states, dtype=dtype)
        outputs = []
        for projected in x @ weight_ih.T + bias_ih:
            i_r, i_z, i_n = projected.chunk(3, -1)
            h_r, h_z, h_n = (h @ weight_hh.T + bias_hh).chunk(3, -1)
            update = torch.sigmoid(i_z + h_z)
            h = (1 - update) * torch.tanh(i_n + torch.sigmoid(i_r + h_r) * h_n) + update * h
            outputs.append(h)
        return torch.stack(outputs)

    return net, params


sizes = [int(size) for size in arguments[0].removeprefix("gru-").split("-")]
net, params = recurrent(*sizes) if arguments[0].startswith("gru-") else layered(sizes)
value, pullback = vjp(net, params)
v = normal(*value.shape)
report("PyTorch " + torch.__version__, lambda: jvp(net, (params,), (pullback(v)[0],))[1])
