"""Reference minimisers of smooth objectives: Newton with exact line search, and its form with l1.

The Newton system is solved by Cholesky in the smaller of the two dimensions where that is small, and by diagonally
preconditioned conjugate gradients elsewhere.
The line search finds the root of the slope, which stays accurate where differences of F drown in rounding.
"""
import numpy as np
from scipy.linalg import cho_factor, cho_solve

DENSE_LIMIT = 2500  # features or rows


def minimise(objective, w, l1_sign=None, target=1e-15, max_steps=300, log=None):
    """Minimises the smooth part of F (plus l1 * sign'w, if signs are given) from w; stops where the bound of F - F* is
    under target * F(0), or where it no longer falls. Returns w."""
    slope_of_l1 = 0.0 if l1_sign is None else objective.l1 * l1_sign
    scale = objective.value(objective.zero())
    z = objective.x @ w
    best, best_bound, patience = w, np.inf, 0
    for step in range(max_steps):
        g = objective.gradient(z, w) + slope_of_l1
        bound = np.sum(g * g) / (2 * objective.l2)
        if log:
            log(f"  newton {step}: F {objective.value_at_scores(z, w):.15g}, bound {bound:.1e}")
        patience = 0 if bound < 0.5 * best_bound else patience + 1
        if bound < best_bound:
            best, best_bound = w, bound
        if bound <= target * scale or (patience >= 8 and best_bound < 1e-12 * scale) or patience >= 40:
            break
        direction = newton_direction(objective, z, g, np.sqrt(bound / scale))
        xd = objective.x @ direction
        a = line_search(objective, z, w, xd, direction, slope_of_l1)
        w, z = w + a * direction, z + a * xd
        if step % 10 == 9:
            z = objective.x @ w
    return best


def newton_direction(objective, z, g, distance):
    if objective.outputs == 1 and objective.features <= DENSE_LIMIT:
        weighted = objective.x.multiply(objective.loss.second(z, objective.y)[:, None] / objective.rows)
        hessian = (objective.xt @ weighted.tocsr()).toarray() + objective.l2 * np.eye(objective.features)
        return cho_solve(cho_factor(hessian), -g)
    if objective.outputs == 1 and objective.rows <= DENSE_LIMIT:
        return row_space_solve(objective, z, -g)
    return conjugate_gradients(objective, z, -g, tolerance=max(min(0.3, distance), 1e-8))


def row_space_solve(objective, z, b):
    """H^-1 b by the Woodbury identity over the rows with curvature, refined once:
    H = x' D x / N + l2 I,  H^-1 = (I - x' (N l2 D^-1 + x x')^-1 x) / l2."""
    curvature = objective.loss.second(z, objective.y)
    curved = np.flatnonzero(curvature > 0)
    x = objective.x[curved]
    factor = cho_factor((x @ x.T).toarray() + np.diag(objective.rows * objective.l2 / curvature[curved]))

    def solve(r):
        return (r - x.T @ cho_solve(factor, x @ r)) / objective.l2

    v = solve(b)
    return v + solve(b - objective.hessian(z)(v))


def conjugate_gradients(objective, z, b, tolerance, max_iterations=3000):
    """Solves H v = b to |residual| <= tolerance * |b|, in the norm of the preconditioner."""
    product, inverse_diagonal = objective.hessian(z), 1.0 / objective.hessian_diagonal(z)
    v, r = np.zeros_like(b), b.copy()
    p = s = inverse_diagonal * r
    rs = first = np.vdot(r, s)
    for _ in range(max_iterations):
        if rs <= tolerance ** 2 * first or rs == 0:
            break
        hp = product(p)
        a = rs / np.vdot(p, hp)
        v, r = v + a * p, r - a * hp
        s = inverse_diagonal * r
        rs, previous = np.vdot(r, s), rs
        p = s + rs / previous * p
    return v


def line_search(objective, z, w, xd, d, slope_of_l1):
    """The root a > 0 of the derivative of F(w + a d): bracketed, then by Newton and bisection."""
    linear = objective.l2 * np.vdot(w, d) + np.sum(slope_of_l1 * d)
    quadratic = objective.l2 * np.vdot(d, d)

    def slope(a):
        return np.vdot(objective.loss.derivative(z + a * xd, objective.y), xd) / objective.rows + linear + a * quadratic

    low, high, rate = 0.0, 1.0, abs(slope(0.0))
    while slope(high) < 0 and high < 1e6:
        low, high = high, 2 * high
    a = 1.0 if high == 1.0 else high
    for _ in range(60):
        value = slope(a)
        if abs(value) <= 1e-10 * rate:
            return a
        low, high = (a, high) if value < 0 else (low, a)
        h = 1e-6 * a
        curvature = (slope(a + h) - value) / h
        proposal = a - value / curvature if curvature > 0 else low
        a = proposal if low < proposal < high else 0.5 * (low + high)
    return a
