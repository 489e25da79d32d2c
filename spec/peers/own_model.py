"""Models of PyTorch and JAX with their tangent kernels written out in float64: what OwnModelTest compares with.

    python own_model.py DIR

writes the files of examples/src/test/resources/cotangent/examples/model and prints the expected statistics.
"""
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
import torch
from safetensors.torch import save_file

jax.config.update("jax_enable_x64", True)
folder = sys.argv[1]


def statistics(jacobian):
    kernel = jacobian @ jacobian.T
    return {"rows": len(kernel), "parameters": jacobian.shape[1], "trace": np.trace(kernel),
            "norm": np.linalg.norm(kernel), "largest": np.linalg.eigvalsh(kernel)[-1]}


def torch_jacobian(function, state, x):
    parts = torch.func.jacrev(lambda p: function(p, x).reshape(-1))(state)
    return torch.cat([part.reshape(part.shape[0], -1) for part in parts.values()], 1).detach().numpy()


def save(name, model, x, **metadata):
    save_file(model.state_dict(), f"{folder}/{name}.safetensors", metadata=metadata)
    np.save(f"{folder}/{name}-inputs.npy", x.numpy())
    double = model.double()
    state = {key: value.detach() for key, value in double.named_parameters()}
    return statistics(torch_jacobian(lambda p, v: torch.func.functional_call(double, p, (v,)), state, x.double()))


expected = {}

torch.manual_seed(0)
nn = torch.nn
conv = nn.Sequential(nn.Conv2d(2, 3, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                     nn.Conv2d(3, 4, (2, 3), stride=(1, 2), padding=(1, 0), bias=False), nn.Tanh(), nn.AvgPool2d(2, 1),
                     nn.Flatten(), nn.Linear(12, 3))
expected["conv"] = save("conv", conv, torch.randn(5, 2, 6, 11), layers=str(conv))


class Recurrent(nn.Module):
    def __init__(self, cell, batch_first):
        super().__init__()
        self.cell = cell(3, 4, num_layers=2, batch_first=batch_first)
        self.norm = nn.LayerNorm(4)
        self.head = nn.Linear(4, 2)
        self.time = 1 if batch_first else 0

    def forward(self, x):
        states, _ = self.cell(x)
        return self.head(self.norm(states.select(self.time, -1)))


expected["gru"] = save("gru", Recurrent(nn.GRU, False), torch.randn(6, 5, 3))
expected["lstm"] = save("lstm", Recurrent(nn.LSTM, True), torch.randn(5, 6, 3))

key = jax.random.key(0)
keys = jax.random.split(key, 5)
params = {"conv": {"kernel": jax.random.normal(keys[0], (3, 3, 1, 2)) / 3, "bias": jax.random.normal(keys[1], (2,))},
          "head": {"kernel": jax.random.normal(keys[2], (18, 2)) / 4, "bias": jax.random.normal(keys[3], (2,))}}
images = jax.random.normal(keys[4], (4, 5, 5, 1))


def apply(p, x):
    y = jax.lax.conv_general_dilated(x, p["conv"]["kernel"], (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    y = jax.nn.gelu(y + p["conv"]["bias"], approximate=False).transpose(0, 3, 1, 2).reshape(x.shape[0], -1)
    return y @ p["head"]["kernel"] + p["head"]["bias"]


jacobian = jax.jacobian(lambda p: apply(p, images).reshape(-1))(params)
expected["jax"] = statistics(np.concatenate(
    [np.asarray(leaf).reshape(len(images) * 2, -1) for leaf in jax.tree.leaves(jacobian)], 1))
np.savez(f"{folder}/jax.npz", **{
    "conv.weight": params["conv"]["kernel"].transpose(3, 2, 0, 1), "conv.bias": params["conv"]["bias"],
    "head.weight": params["head"]["kernel"].T, "head.bias": params["head"]["bias"]})
np.save(f"{folder}/jax-inputs.npy", images.transpose(0, 3, 1, 2))

print(json.dumps(expected, indent=2))
