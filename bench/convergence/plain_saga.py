"""(F - F*) / F(0) of plain uniform SAGA with step 1/(3L): the median of three seeds, cached."""
import ctypes
import json
import os
import subprocess

import numpy as np

from data import digest, drop_idle, map_labels
from objective import Objective
from reference import file_of, key_of

HERE = os.path.dirname(os.path.abspath(__file__))
SEEDS = (1, 2, 3)


def library(cache):
    """The compiled loop."""
    binary = os.path.join(cache, "plain_saga.so")
    source = os.path.join(HERE, "plain_saga.cpp")
    if not os.path.exists(binary) or os.path.getmtime(binary) < os.path.getmtime(source):
        subprocess.run(["c++", "-O2", "-std=c++20", "-shared", "-fPIC", "-o", binary, source], check=True)
    return ctypes.CDLL(binary)


def pointer(array, kind):
    return array.ctypes.data_as(ctypes.POINTER(kind))


def run(cache, objective, passes, seed):
    """The weights after `passes` passes."""
    x, w = objective.x, objective.zero()
    largest = float(x.multiply(x).sum(axis=1).max())
    step = 1 / (3 * (objective.loss.curvature * largest + objective.l2))
    offsets, indices = x.indptr.astype(np.int32), x.indices.astype(np.int32)
    library(cache).plain_saga(
        ctypes.c_int64(objective.rows), ctypes.c_int64(objective.features), pointer(offsets, ctypes.c_int32),
        pointer(indices, ctypes.c_int32), pointer(x.data, ctypes.c_double), pointer(objective.y, ctypes.c_double),
        ctypes.c_int(objective.loss_name == "squared-hinge"), ctypes.c_double(objective.l2), ctypes.c_double(step),
        ctypes.c_int64(passes), ctypes.c_uint64(seed), pointer(w, ctypes.c_double))
    return w


def suboptimality(cache, sets, name, loss, scale, passes, answer):
    """Cached under DIR/plain_saga--KEY--PASSES.json beside the reference `answer`."""
    store = os.path.join(cache, f"plain_saga--{key_of(name, loss, scale, False)}--{passes}.json")
    fingerprint = digest(file_of(sets.folder, name))
    if os.path.exists(store):
        with open(store, encoding="utf-8") as file:
            known = json.load(file)
        if known["sha256"] == fingerprint:
            return known["median"]
    x, labels = sets.get(name)
    objective = Objective(drop_idle(x)[0], map_labels(labels, loss), loss, 0.0, answer["l2"])
    values = [(objective.value(run(cache, objective, passes, seed)) - answer["f_star"]) / answer["f_zero"]
              for seed in SEEDS]
    known = {"sha256": fingerprint, "seeds": values, "median": float(np.median(values))}
    with open(store, "w", encoding="utf-8") as file:
        json.dump(known, file)
    return known["median"]
