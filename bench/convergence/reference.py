#!/usr/bin/env python3
"""F* of one problem or of the whole table, by solvers that share nothing with the program under test.

    reference.py --cache DIR --data DIR [--only SUBSTRING]      every problem of the table, cached as DIR/NAME.json

Every answer carries `bound`, a proved bound of F(w) - F*: from the norm of the subgradient (F is l2-strongly convex), or
for hinge the duality gap. Needs numpy, scipy and scikit-learn.
"""
import argparse
import json
import os
import sys
import time

import numpy as np

import elastic_net
import hinge
import newton
from data import digest, drop_idle, map_labels, read_data
from objective import Objective

BINARY = ["heart_scale", "a9a", "w8a", "mushrooms", "reuters", "url_Day0.first1000"]
REGRESSION = ["housing_scale", "cpusmall"]
CLASSES = ["letter.scale", "news20"]
L1_FEATURES_KEPT = 0.05  # of the features that occur at all


def table():
    """Every problem, the quick ones first: (data set, loss, l2 * N, with l1)."""
    for scale in (1.0, 0.01):
        for loss in ("logistic", "squared-hinge"):
            yield from ((name, loss, scale, False) for name in BINARY)
        yield from ((name, "squared", scale, False) for name in REGRESSION)
    for loss in ("logistic", "squared-hinge"):
        yield from ((name, loss, 1.0, True) for name in BINARY)
    for scale in (1.0, 0.01):
        yield from ((name, "hinge", scale, False) for name in BINARY)
        yield from ((name, "softmax", scale, False) for name in CLASSES)
    yield ("imdb", "logistic", 1.0, False)


def file_of(folder, name):
    """The file of a data set, plain or compressed."""
    for candidate in (os.path.join(folder, name), os.path.join(folder, name + ".gz")):
        if os.path.exists(candidate):
            return candidate
    return None


def key_of(name, loss, scale, with_l1):
    return f"{name}--{loss}--{scale:g}overN{'--l1' if with_l1 else ''}"


def condition(x, l2):
    """max |x_i|^2 / (4 l2 N): the condition number that decides which sets the first-order bars apply to."""
    return float(np.max(x.multiply(x).sum(axis=1)) / (4 * l2 * x.shape[0]))


class DataSets:
    """Data sets of a folder, the last one read kept."""

    def __init__(self, folder):
        self.folder, self.name, self.last = folder, None, None

    def get(self, name):
        if self.name != name:
            self.last = read_data(file_of(self.folder, name))
            self.name = name
        return self.last


def solve(x, labels, loss, l2, with_l1, log):
    """The minimiser and what is known about it."""
    full_width = x.shape[1]
    x, kept = drop_idle(x)
    objective = Objective(x, map_labels(labels, loss), loss, 0.0, l2)
    if loss == "hinge":
        w, value, bound = hinge.minimise(objective, log=log)
    else:
        if with_l1:
            objective.l1, w = elastic_net.choose_l1(objective, L1_FEATURES_KEPT)
            w = elastic_net.minimise(objective, w, log=log)
        else:
            target = 1e-10 if loss == "softmax" else 1e-15
            w = newton.minimise(objective, objective.zero(), target=target, log=log)
        z = x @ w
        value, bound = objective.value_at_scores(z, w), objective.excess_bound(z, w)
    answer = {"rows": objective.rows, "features": full_width, "loss": loss, "l1": objective.l1, "l2": l2,
              "f_star": value, "f_zero": objective.value(objective.zero()), "bound": bound,
              "condition": condition(x, l2)}
    if with_l1:
        answer.update(support(objective, w, kept))
    return answer


def support(objective, w, kept):
    """1-based features that must be kept (|w*_j| > 1e-3 max |w*|), and those free to be either: every other feature must be
    zero because |gradient_j| < 0.99 l1 there."""
    g = objective.gradient(objective.x @ w, w)
    needed = np.abs(w) > 1e-3 * np.max(np.abs(w))
    free = ~needed & ((w != 0) | (np.abs(g) >= 0.99 * objective.l1))
    return {"nonzeros": int(np.count_nonzero(w)), "needed": (kept[needed] + 1).tolist(), "free": (kept[free] + 1).tolist()}


def reference(cache, sets, name, loss, scale, with_l1, log=None):
    """The cached answer, or a fresh one; None where the data set is missing."""
    path = file_of(sets.folder, name)
    if path is None:
        return None
    store = os.path.join(cache, key_of(name, loss, scale, with_l1) + ".json")
    if os.path.exists(store):
        with open(store, encoding="utf-8") as file:
            answer = json.load(file)
        if answer["sha256"] == digest(path):
            return answer
    start = time.monotonic()
    x, labels = sets.get(name)
    answer = {"data": name, "sha256": digest(path)}
    answer |= solve(x, labels, loss, scale / x.shape[0], with_l1, log)
    answer["seconds"] = round(time.monotonic() - start, 1)
    os.makedirs(cache, exist_ok=True)
    with open(store + ".part", "w", encoding="utf-8") as file:
        json.dump(answer, file, indent=1)
    os.replace(store + ".part", store)
    return answer


def describe(key, answer):
    kept = f", l1 {answer['l1']:g} keeps {answer['nonzeros']}" if "nonzeros" in answer else ""
    return (f"{key}: F* {answer['f_star']:.15g}, F(0) {answer['f_zero']:.6g}, (F-F*)/F(0) <= "
            f"{answer['bound'] / answer['f_zero']:.1e}, condition {answer['condition']:.3g}{kept}, {answer['seconds']} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--only", default="", help="problems whose key holds this text")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    sets = DataSets(arguments.data)
    log = (lambda text: print(text, file=sys.stderr, flush=True)) if arguments.verbose else None
    for name, loss, scale, with_l1 in table():
        key = key_of(name, loss, scale, with_l1)
        if arguments.only not in key:
            continue
        answer = reference(arguments.cache, sets, name, loss, scale, with_l1, log)
        print(describe(key, answer) if answer else f"{key}: no such data set, skipped", flush=True)


if __name__ == "__main__":
    main()
