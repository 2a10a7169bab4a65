"""Reference minimiser of the l2-regularised hinge loss: a primal-dual interior-point method on the dual

    max over 0 <= a <= 1:  (1/N) sum a_i - (l2/2) |w(a)|^2,   w(a) = (1/(N l2)) sum a_i y_i x_i

(Mehrotra's predictor and corrector; the linear systems in the smaller of the two dimensions). Where both dimensions are
large, LIBLINEAR (in scikit-learn) finds which rows lie on the margin and one linear system over these gives the a_i. Either
way the duality gap of the answer is the proof that it is right.
"""
import numpy as np
from numpy.linalg import LinAlgError
from scipy.linalg import cho_factor, cho_solve
from sklearn.svm import LinearSVC

DENSE_LIMIT = 4000  # the smaller of rows and features


class Kernel:
    """Q = Z Z' / c with Z = diag(y) x and c = N l2, and solutions of (Q + diag(t)) v = b."""

    def __init__(self, objective):
        self.c = objective.rows * objective.l2
        self.z = objective.x.multiply(objective.y[:, None]).tocsr()
        self.zt = self.z.T.tocsr()
        self.primal = objective.features < objective.rows
        self.dense = None if self.primal or objective.rows > DENSE_LIMIT else (self.z @ self.zt).toarray() / self.c

    def product(self, v):
        return self.z @ (self.zt @ v) / self.c

    def factor(self, t):
        """A function that solves (Q + diag(t)) v = b, in the feature space by Woodbury where that is smaller."""
        if not self.primal:
            factor = cho_factor(self.dense + np.diag(t))
            return lambda b: cho_solve(factor, b)
        weighted = self.z.multiply((1 / t)[:, None]).tocsr()
        factor = cho_factor((self.zt @ weighted).toarray() + self.c * np.eye(self.z.shape[1]))
        return lambda b: b / t - (self.z @ cho_solve(factor, self.zt @ (b / t))) / t


def gap(objective, kernel, a):
    """(w(a), F(w(a)), duality gap)."""
    w = kernel.zt @ a / kernel.c
    primal = objective.value(w)
    dual = float(np.mean(a) - 0.5 * objective.l2 * np.vdot(w, w))
    return w, primal, primal - dual


def longest_step(values, changes):
    """The largest step in [0, 1] that keeps every value positive."""
    falling = changes < 0
    return min(1.0, 0.995 * float(np.min(-values[falling] / changes[falling], initial=np.inf)))


def minimise(objective, log=None):
    """(w, F(w), duality gap)."""
    large = min(objective.rows, objective.features) > DENSE_LIMIT
    return margin_system(objective) if large else interior_point(objective, log=log)


def margin_system(objective, tolerance=1e-5):
    """a_i = 1 within the margin, 0 beyond it, and on it the solution of y_i x_i'w(a) = 1."""
    guess = LinearSVC(loss="hinge", C=1 / (objective.rows * objective.l2), tol=1e-8, max_iter=100000, fit_intercept=False,
                      random_state=1).fit(objective.x, objective.y)
    kernel = Kernel(objective)
    margin = objective.y * (objective.x @ guess.coef_[0])
    on, a = np.abs(margin - 1) < tolerance, np.where(margin < 1 - tolerance, 1.0, 0.0)
    best = gap(objective, kernel, a)
    for _ in range(10):
        z = kernel.z[on]
        gram = (z @ z.T).toarray() / kernel.c
        factor = cho_factor(gram + 1e-12 * np.trace(gram) / len(gram) * np.eye(len(gram)))  # rows may repeat
        for _ in range(3):  # refinement takes the small ridge out again
            a[on] += cho_solve(factor, (1 - kernel.product(a))[on])
        outside = on & ((a < 0) | (a > 1))
        a = np.clip(a, 0, 1)
        now = gap(objective, kernel, a)
        if now[2] < best[2]:
            best = now
        slack = kernel.product(a) - 1
        on = (on & ~outside) | ((a == 0) & (slack < -1e-9)) | ((a == 1) & (slack > 1e-9))
        if best[2] < 1e-13:
            break
    return best


def interior_point(objective, target=3e-13, max_steps=120, log=None):
    """A gap under target * F(0), or the least gap that double precision allows."""
    kernel = Kernel(objective)
    rows = objective.rows
    a, u = np.full(rows, 0.5), np.full(rows, 0.5)  # a_i and 1 - a_i
    s, t = np.ones(rows), np.ones(rows)            # their multipliers
    best = gap(objective, kernel, a)
    for step in range(max_steps):
        stationarity = kernel.product(a) - 1 - s + t
        try:
            solve = kernel.factor(s / a + t / u)
        except LinAlgError:  # the end of double precision: the best so far carries its own proof
            break
        mean = (a @ s + u @ t) / (2 * rows)

        def direction(rs, rt):
            """Newton step for a s = a s + rs and u t = u t + rt."""
            da = solve(-stationarity + rs / a - rt / u)
            return da, -da, (rs - s * da) / a, (rt + t * da) / u

        da, du, ds, dt = direction(-a * s, -u * t)
        length = min(longest_step(a, da), longest_step(u, du), longest_step(s, ds), longest_step(t, dt))
        later = ((a + length * da) @ (s + length * ds) + (u + length * du) @ (t + length * dt)) / (2 * rows)
        centre = mean * (later / mean) ** 3
        da, du, ds, dt = direction(centre - a * s - da * ds, centre - u * t - du * dt)
        length = min(longest_step(a, da), longest_step(u, du), longest_step(s, ds), longest_step(t, dt))
        a, s, t = a + length * da, s + length * ds, t + length * dt
        u = np.where(a < 0.5, 1 - a, np.maximum(u + length * du, 1e-300))
        now = gap(objective, kernel, np.clip(a, 0, 1))
        if now[2] < best[2]:
            best = now
        if log:
            log(f"  interior {step}: F {now[1]:.15g}, gap {now[2]:.1e}")
        if best[2] < target * objective.value(objective.zero()) or mean < 1e-17:
            break
    return best
