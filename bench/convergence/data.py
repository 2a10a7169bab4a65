"""Reads LIBSVM data (through scikit-learn's reader) and the documented text model."""
import gzip
import hashlib

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.datasets import load_svmlight_file


def read_data(path):
    """(x, labels): x CSR (N, d) in double, labels as written."""
    opener = gzip.open if open(path, "rb").read(2) == b"\x1f\x8b" else open
    with opener(path, "rb") as file:
        x, labels = load_svmlight_file(file, dtype=np.float64, zero_based="auto")
    return x, labels


def map_labels(labels, loss):
    """Labels as the loss wants them: two values ascending to -1, +1; classes ascending to 0 .. K-1; numbers as they are."""
    if loss == "squared":
        return labels
    values, codes = np.unique(labels, return_inverse=True)
    if loss == "softmax":
        return codes
    if len(values) != 2:
        raise ValueError(f"a binary loss needs two labels, found {len(values)}")
    return 2.0 * codes - 1.0


def drop_idle(x):
    """(x without the columns that hold no value, the columns kept): idle features have weight zero at the optimum."""
    kept = np.flatnonzero(np.bincount(x.indices, minlength=x.shape[1]))
    position = np.full(x.shape[1], -1)
    position[kept] = np.arange(len(kept))
    return csr_matrix((x.data, position[x.indices], x.indptr), shape=(x.shape[0], len(kept))), kept


def read_model(path, features):
    """(keys, weights) of a text model: weights (features,) or (features, K), from 1-based INDEX WEIGHT lines."""
    with open(path, encoding="ascii") as file:
        if file.readline().rstrip("\n") != "sparselearn-model 1":
            raise ValueError(f"{path}: not a text model of version 1")
        keys = {}
        for line in file:
            key, _, value = line.rstrip("\n").partition(" ")
            if key == "weights":
                count = int(value)
                break
            keys[key] = value
        rows = [line.split() for line in file]
    if len(rows) != count:
        raise ValueError(f"{path}: {count} weights announced, {len(rows)} found")
    outputs = max(len(rows[0]) - 1, 1) if rows else 1
    weights = np.zeros((features, outputs))
    last = 0
    for row in rows:
        index = int(row[0])
        if not last < index <= features or len(row) != outputs + 1:
            raise ValueError(f"{path}: bad weight line {' '.join(row)}")
        weights[index - 1] = [float(word) for word in row[1:]]
        last = index
    return keys, weights[:, 0] if outputs == 1 else weights


def digest(path):
    """sha256 of the file as it lies on the disk."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
