"""Who takes part: each gives command lines from loose to tight, and reads the weights that they leave behind."""
import shutil
import sys

import numpy

from problems import read_liblinear, read_sparselearn

SCIKIT = """
import sys, numpy
from sklearn.datasets import load_svmlight_file
from sklearn.linear_model import LogisticRegression
x, y = load_svmlight_file(sys.argv[1])
fit = LogisticRegression(solver=sys.argv[2], C=1.0, fit_intercept=False, tol=float(sys.argv[3]), max_iter=100000).fit(x, y)
numpy.save(sys.argv[4], fit.coef_[0])
"""


class Sparselearn:
    def __init__(self, program, target):
        self.name, self.program, self.target = "sparselearn", program, target

    def commands(self, problem, out):
        yield [self.program, "train", "-q", "--loss", problem.loss, "--tol", str(self.target), "-e", "1000",
               "-m", out, str(problem.path)]

    def weights(self, problem, out):
        return read_sparselearn(out)


class Liblinear:
    SOLVERS = {"logistic": ("0", "7"), "squared-hinge": ("2", "1")}

    def __init__(self, solver):
        self.name, self.solver = f"LIBLINEAR -s {solver}", solver

    def commands(self, problem, out):
        for exponent in range(0, 9):
            yield ["liblinear-train", "-q", "-s", self.solver, "-c", "1", "-e", f"1e-{exponent}", str(problem.path), out]

    def weights(self, problem, out):
        return read_liblinear(out, problem.larger)


class Scikit:
    def __init__(self, solver):
        self.name, self.solver = f"scikit-learn {solver}", solver

    def commands(self, problem, out):
        for exponent in range(1, 9):
            yield [sys.executable, "-c", SCIKIT, str(problem.path), self.solver, f"1e-{exponent}", out + ".npy"]

    def weights(self, problem, out):
        return numpy.load(out + ".npy")


def contenders(program, loss, target):
    """Ours, then the peers that are here."""
    yield Sparselearn(program, target)
    if shutil.which("liblinear-train"):
        for solver in Liblinear.SOLVERS[loss]:
            yield Liblinear(solver)
    if loss == "logistic":
        for solver in ("lbfgs", "newton-cholesky", "liblinear", "saga"):
            yield Scikit(solver)
