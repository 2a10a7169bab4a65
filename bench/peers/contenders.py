"""Who takes part: each gives command lines from loose to tight, and reads the weights that they leave behind."""
import importlib.util
import shutil
import sys

import numpy

from problems import read_liblinear, read_sparselearn

SCIKIT = """
import sys, numpy
from sklearn.datasets import load_svmlight_file
from sklearn.linear_model import LogisticRegression
x, y = load_svmlight_file(sys.argv[1])
b = sys.argv[5] == "intercept"
fit = LogisticRegression(solver=sys.argv[2], C=1.0, fit_intercept=b, tol=float(sys.argv[3]), max_iter=100000).fit(x, y)
numpy.save(sys.argv[4], numpy.append(fit.coef_[0], fit.intercept_ if b else []))
"""

# Its bias can not be left out, and has no penalty; column 0 of a file with indices from 1 is empty.
XGBOOST = """
import sys, numpy, xgboost
data = xgboost.DMatrix(sys.argv[1] + "?format=libsvm")
labels = data.get_label()
data.set_label((labels == labels.max()).astype(float))
options = {"booster": "gblinear", "objective": "binary:logistic", "updater": sys.argv[2], "lambda": 1 / data.num_row(),
           "eta": 1, "base_score": 0.5, "tolerance": 0}
dump = xgboost.train(options, data, num_boost_round=int(sys.argv[3])).get_dump()[0].split()
numpy.save(sys.argv[4], numpy.array(dump[4:] + dump[1:2], dtype=float))
"""


class Sparselearn:
    def __init__(self, program, target):
        self.name, self.program, self.target = "sparselearn", program, target

    def commands(self, problem, out):
        yield [self.program, "train", "-q", "--loss", problem.loss, *(["--intercept"] if problem.intercept else []),
               "--tol", str(self.target), "-e", "1000", "-m", out, str(problem.path)]

    def loading(self, path, out):
        return [self.program, "train", "-q", "-e", "0", "-m", out, str(path)]

    def weights(self, problem, out):
        return read_sparselearn(out, problem.intercept)


class Liblinear:
    SOLVERS = {"logistic": ("0", "7"), "squared-hinge": ("2", "1")}

    def __init__(self, solver):
        self.name, self.solver = f"LIBLINEAR -s {solver}", solver

    def commands(self, problem, out):
        for exponent in range(0, 9):
            yield ["liblinear-train", "-q", "-s", self.solver, "-c", "1", "-e", f"1e-{exponent}", str(problem.path), out]

    def loading(self, path, out):
        return ["liblinear-train", "-q", "-s", "0", "-e", "1e9", str(path), out]

    def weights(self, problem, out):
        return read_liblinear(out, problem.larger)


class Scikit:
    def __init__(self, solver):
        self.name, self.solver = f"scikit-learn {solver}", solver

    def commands(self, problem, out):
        for exponent in range(1, 9):
            yield [sys.executable, "-c", SCIKIT, str(problem.path), self.solver, f"1e-{exponent}", out + ".npy",
                   "intercept" if problem.intercept else "none"]

    def loading(self, path, out):
        return [sys.executable, "-c", "import sys; from sklearn.datasets import load_svmlight_file as load; load(sys.argv[1])",
                str(path)]

    def weights(self, problem, out):
        return numpy.load(out + ".npy")


class Xgboost:
    def __init__(self, updater):
        self.name, self.updater = f"xgboost gblinear {updater}", updater

    def commands(self, problem, out):
        for rounds in (1, 3, 10, 30, 100, 300, 1000):
            yield [sys.executable, "-c", XGBOOST, str(problem.path), self.updater, str(rounds), out + ".npy"]

    def weights(self, problem, out):
        return numpy.load(out + ".npy")


def contenders(program, problem, target):
    """Ours, then the peers that are here and minimise the same."""
    yield Sparselearn(program, target)
    if shutil.which("liblinear-train") and not problem.intercept:  # its own has a penalty
        for solver in Liblinear.SOLVERS[problem.loss]:
            yield Liblinear(solver)
    if problem.loss == "logistic":
        for solver in ("lbfgs", "newton-cg", "newton-cholesky", "liblinear", "saga", "sag"):
            if solver != "liblinear" or not problem.intercept:
                yield Scikit(solver)
        if problem.intercept and importlib.util.find_spec("xgboost"):
            for updater in ("coord_descent", "shotgun"):
                yield Xgboost(updater)


def loaders(program):
    """Who only loads, to no more than a model that knows nothing: one of each kind."""
    yield Sparselearn(program, 0)
    if shutil.which("liblinear-train"):
        yield Liblinear("0")
    yield Scikit("lbfgs")
