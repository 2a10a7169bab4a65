"""The problems on which the peers meet, and F of anyone's model, from numpy alone."""
import functools
import gzip
import shutil

import numpy
from sklearn.datasets import load_svmlight_file

LOSSES = {
    "logistic": lambda m: numpy.logaddexp(0, -m),
    "squared-hinge": lambda m: numpy.maximum(0, 1 - m) ** 2,
}

INTERCEPT = "-intercept"  # behind the name of a loss


def unpacked(source, folder):
    """The file itself, or plain text of it in the folder."""
    if source.suffix != ".gz":
        return source
    path = folder / source.stem
    with gzip.open(source, "rb") as packed, open(path, "wb") as plain:
        shutil.copyfileobj(packed, plain)
    return path


@functools.lru_cache(maxsize=1)
def read_data(path):
    """Rows and labels, once for all losses."""
    return load_svmlight_file(str(path), zero_based=False)


class Problem:
    """F(w, b) = mean loss(y_i (x_i'w + b)) + |w|^2 / (2 N): LIBLINEAR's and scikit-learn's C = 1. b is 0 without an intercept,
    else it comes last among the weights."""

    def __init__(self, path, loss):
        self.path, self.loss, self.intercept = path, loss.removesuffix(INTERCEPT), loss.endswith(INTERCEPT)
        self.rows, labels = read_data(path)
        self.larger = labels.max()
        self.labels = numpy.where(labels == self.larger, 1.0, -1.0)

    def value(self, w):
        w, b = numpy.asarray(w), 0.0
        if self.intercept and len(w):
            w, b = w[:-1], w[-1]
        wide = numpy.zeros(self.rows.shape[1])
        wide[: len(w)] = w[: len(wide)]
        margins = self.labels * (self.rows @ wide + b)
        return LOSSES[self.loss](margins).mean() + wide @ wide / (2 * self.rows.shape[0])


def read_sparselearn(path, intercept):
    """Weights of a text model: `INDEX WEIGHT` lines, indices from 1; before them `bias B`."""
    weights, inside, b = {}, False, []
    for line in open(path):
        key, _, rest = line.partition(" ")
        if inside:
            weights[int(key)] = float(rest)
        elif key == "weights":
            inside = True
        elif key == "bias" and intercept:
            b = [float(rest)]
    dense = numpy.zeros(max(weights, default=0))
    for index, weight in weights.items():
        dense[index - 1] = weight
    return numpy.append(dense, b)


def read_liblinear(path, larger):
    """Weights of LIBLINEAR's model, turned so that a positive score is the larger label."""
    text = open(path).read()
    head, _, body = text.partition("\nw\n")
    first = next(line.split()[1] for line in head.splitlines() if line.startswith("label"))
    weights = numpy.array(body.split(), dtype=float)
    return weights if float(first) == larger else -weights
