"""Reference minimiser for l1 > 0 and l2 > 0: FISTA with restarts to find the support, Newton on the support to polish it."""
import numpy as np
from scipy.sparse.linalg import LinearOperator, eigsh

import newton
from objective import Objective


def soft_threshold(v, t):
    return np.sign(v) * np.maximum(np.abs(v) - t, 0.0)


def lipschitz(objective):
    """Largest eigenvalue of curvature * x'x / N + l2: the Lipschitz constant of the smooth gradient."""
    d = objective.features
    if d == 1:
        top = float(objective.x.power(2).sum())
    else:
        gram = LinearOperator((d, d), matvec=lambda v: objective.xt @ (objective.x @ v), dtype=float)
        top = float(eigsh(gram, k=1, tol=1e-3, return_eigenvectors=False, v0=np.ones(d))[0]) * 1.01
    return objective.loss.curvature * top / objective.rows + objective.l2


def fista(objective, w, smoothness, iterations):
    """Beck and Teboulle 2009 with the gradient restart of O'Donoghue and Candes 2015."""
    previous, point, t = w, w, 1.0
    for _ in range(iterations):
        g = objective.gradient(objective.x @ point, point)
        w = soft_threshold(point - g / smoothness, objective.l1 / smoothness)
        if np.vdot(point - w, w - previous) > 0:
            t = 1.0
        later = (1 + np.sqrt(1 + 4 * t * t)) / 2
        point = w + (t - 1) / later * (w - previous)
        previous, t = w, later
    return w


def polish(objective, w):
    """Newton on the support of w with the signs held; a coordinate that would change its sign is left out."""
    signs = np.sign(w)
    for _ in range(20):
        kept = np.flatnonzero(signs)
        if len(kept) == 0:
            return np.zeros_like(w)
        part = Objective(objective.x[:, kept], objective.y, objective.loss_name, objective.l1, objective.l2)
        inner = newton.minimise(part, np.where(np.sign(w[kept]) == signs[kept], w[kept], 0.0), signs[kept])
        flipped = np.sign(inner) != signs[kept]
        w = np.zeros_like(w)
        w[kept] = np.where(flipped, 0.0, inner)
        if not flipped.any():
            return w
        signs = np.sign(w)
    return w


def minimise(objective, w, target=1e-15, rounds=60, log=None):
    """w with a bound of F(w) - F* under target * F(0), or the best of `rounds` rounds."""
    smoothness = lipschitz(objective)
    scale = objective.value(objective.zero())
    best, best_bound = w, np.inf
    for round_number in range(rounds):
        w = fista(objective, w, smoothness, 100 if round_number < 5 else 1000)
        for candidate in (polish(objective, w), w):
            bound = objective.excess_bound(objective.x @ candidate, candidate)
            if bound < best_bound:
                best, best_bound = candidate, bound
        if log:
            log(f"  round {round_number}: {np.count_nonzero(w)} kept, bound {best_bound:.1e}")
        if best_bound <= target * scale:
            break
        w = best if best_bound < objective.excess_bound(objective.x @ w, w) else w
    return best


def choose_l1(objective, fraction):
    """(l1, w): an l1 of two digits at which about `fraction` of the features are kept."""
    z = objective.x @ objective.zero()
    high = float(np.max(np.abs(objective.gradient(z, objective.zero()))))
    low, w = high * 1e-6, objective.zero()
    smoothness = lipschitz(objective)
    for _ in range(18):
        objective.l1 = float(f"{np.sqrt(low * high):.1e}")
        w = fista(objective, w, smoothness, 400)
        kept = np.count_nonzero(w)
        wanted = fraction * objective.features
        if abs(kept - wanted) <= max(0.5, 0.03 * wanted):
            break
        low, high = (low, objective.l1) if kept < wanted else (objective.l1, high)
    return objective.l1, w
