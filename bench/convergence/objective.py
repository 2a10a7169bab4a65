"""The objective, written from its formula alone, in double precision with numpy and scipy.

    F(w) = (1/N) sum_i loss(x_i'w, y_i) + l1 |w|_1 + (l2/2) |w|_2^2          (no intercept)

Binary losses take labels in {-1, +1}; softmax takes classes 0 .. K-1 and a weight matrix (d, K).
Nothing here reads or imports the program under test.
"""
import numpy as np
from scipy.special import expit, logsumexp, softmax


class Logistic:
    """log(1 + exp(-y z))"""
    smooth = True
    curvature = 0.25

    def value(self, z, y):
        return np.logaddexp(0.0, -y * z)

    def derivative(self, z, y):
        return -y * expit(-y * z)

    def second(self, z, y):
        return expit(z) * expit(-z)


class SquaredHinge:
    """max(0, 1 - y z)^2"""
    smooth = True
    curvature = 2.0

    def value(self, z, y):
        return np.maximum(0.0, 1.0 - y * z) ** 2

    def derivative(self, z, y):
        return -2.0 * y * np.maximum(0.0, 1.0 - y * z)

    def second(self, z, y):
        return np.where(y * z < 1.0, 2.0, 0.0)


class Hinge:
    """max(0, 1 - y z)"""
    smooth = False

    def value(self, z, y):
        return np.maximum(0.0, 1.0 - y * z)

    def derivative(self, z, y):
        return np.where(y * z < 1.0, -y, 0.0)


class Squared:
    """(z - y)^2 / 2"""
    smooth = True
    curvature = 1.0

    def value(self, z, y):
        return 0.5 * (z - y) ** 2

    def derivative(self, z, y):
        return z - y

    def second(self, z, y):
        return np.ones_like(z)


class Softmax:
    """log(sum_c exp(z_c)) - z_y, for scores z of shape (N, K)"""
    smooth = True
    curvature = 0.5

    def value(self, z, y):
        return logsumexp(z, axis=1) - z[np.arange(len(y)), y]

    def derivative(self, z, y):
        g = softmax(z, axis=1)
        g[np.arange(len(y)), y] -= 1.0
        return g

    def probabilities(self, z):
        return softmax(z, axis=1)


LOSSES = {"logistic": Logistic(), "squared-hinge": SquaredHinge(), "hinge": Hinge(), "squared": Squared(),
          "softmax": Softmax()}


class Objective:
    """F and its derivatives on one data set; x is CSR (N, d), w has shape (d,) or (d, K)."""

    def __init__(self, x, y, loss, l1, l2):
        self.x, self.xt, self.y = x, x.T.tocsr(), y
        self.loss_name, self.loss, self.l1, self.l2 = loss, LOSSES[loss], l1, l2
        self.rows, self.features = x.shape
        self.outputs = int(y.max()) + 1 if loss == "softmax" else 1

    def zero(self):
        """The start point: all weights zero."""
        return np.zeros(self.features) if self.outputs == 1 else np.zeros((self.features, self.outputs))

    def value_at_scores(self, z, w):
        penalty = self.l1 * np.abs(w).sum() + 0.5 * self.l2 * np.vdot(w, w)
        return float(np.mean(self.loss.value(z, self.y)) + penalty)

    def value(self, w):
        return self.value_at_scores(self.x @ w, w)

    def gradient(self, z, w):
        """Gradient of the smooth part (loss and l2) at w, whose scores are z."""
        return self.xt @ self.loss.derivative(z, self.y) / self.rows + self.l2 * w

    def hessian(self, z):
        """v -> (Hessian of the smooth part at scores z) v."""
        if self.outputs == 1:
            second = self.loss.second(z, self.y)
            return lambda v: self.xt @ (second * (self.x @ v)) / self.rows + self.l2 * v
        p = self.loss.probabilities(z)

        def product(v):
            pu = p * (self.x @ v)
            return self.xt @ (pu - p * pu.sum(axis=1, keepdims=True)) / self.rows + self.l2 * v

        return product

    def hessian_diagonal(self, z):
        if self.outputs == 1:
            curvature = self.loss.second(z, self.y)
        else:
            p = self.loss.probabilities(z)
            curvature = p * (1 - p)
        return self.xt.multiply(self.xt) @ curvature / self.rows + self.l2

    def subgradient(self, z, w):
        """The subgradient of F at w of least norm."""
        g = self.gradient(z, w)
        idle = np.sign(g) * np.maximum(np.abs(g) - self.l1, 0.0)
        return np.where(w != 0, g + self.l1 * np.sign(w), idle)

    def excess_bound(self, z, w):
        """An upper bound of F(w) - F*: F is l2-strongly convex, so |subgradient|^2 / (2 l2)."""
        return float(np.sum(self.subgradient(z, w) ** 2) / (2.0 * self.l2))
