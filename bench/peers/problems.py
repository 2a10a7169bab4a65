"""The problems on which the peers meet, and F of anyone's model, from numpy alone."""
import gzip
import shutil

import numpy
from sklearn.datasets import load_svmlight_file

LOSSES = {
    "logistic": lambda m: numpy.logaddexp(0, -m),
    "squared-hinge": lambda m: numpy.maximum(0, 1 - m) ** 2,
}


class Problem:
    """F(w) = mean loss(y_i x_i'w) + |w|^2 / (2 N): LIBLINEAR's and scikit-learn's C = 1."""

    def __init__(self, source, folder, loss):
        self.name, self.loss = source.name.removesuffix(".gz"), loss
        self.path = folder / self.name
        if not self.path.exists():
            opened = gzip.open if source.name.endswith(".gz") else open
            with opened(source, "rb") as packed, open(self.path, "wb") as plain:
                shutil.copyfileobj(packed, plain)
        self.rows, labels = load_svmlight_file(str(self.path), zero_based=False)
        self.larger = labels.max()
        self.labels = numpy.where(labels == self.larger, 1.0, -1.0)

    def value(self, w):
        w = numpy.asarray(w)
        wide = numpy.zeros(self.rows.shape[1])
        wide[: len(w)] = w[: len(wide)]
        margins = self.labels * (self.rows @ wide)
        return LOSSES[self.loss](margins).mean() + wide @ wide / (2 * self.rows.shape[0])


def read_sparselearn(path):
    """Weights of a text model: `INDEX WEIGHT` lines, indices from 1."""
    weights, inside = {}, False
    for line in open(path):
        key, _, rest = line.partition(" ")
        if inside:
            weights[int(key)] = float(rest)
        elif key == "weights":
            inside = True
    dense = numpy.zeros(max(weights, default=0))
    for index, weight in weights.items():
        dense[index - 1] = weight
    return dense


def read_liblinear(path, larger):
    """Weights of LIBLINEAR's model, turned so that a positive score is the larger label."""
    text = open(path).read()
    head, _, body = text.partition("\nw\n")
    first = next(line.split()[1] for line in head.splitlines() if line.startswith("label"))
    weights = numpy.array(body.split(), dtype=float)
    return weights if float(first) == larger else -weights
