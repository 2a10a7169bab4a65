"""The bars: what each solver must reach, as (F - F*) / F(0), within how many passes over the data."""
from dataclasses import dataclass, field

BINARY = ("heart_scale", "a9a", "w8a", "mushrooms", "reuters", "url_Day0.first1000")
CLASSES = ("letter.scale", "news20")
REGRESSION = ("housing_scale", "cpusmall")
CONDITION_LIMIT = 100  # first-order bars hold where max |x_i|^2 / (4 l2 N) is under this
# That is the logistic loss's condition number, max_i L_i / (l2 N); a loss that curves more has as many times it.
TIMES_LOGISTIC = {"squared-hinge": 8}


@dataclass(frozen=True)
class Bar:
    solver: str
    target: float
    passes: int
    losses: tuple = ("logistic", "squared-hinge")
    scales: tuple = (1.0, 0.01)       # l2 * N
    sets: tuple = BINARY
    special: dict = field(default_factory=dict)  # data set -> a target of its own, at l2 = 1/N, logistic
    first_order: bool = True          # judged only under the condition limit
    own_condition: bool = False       # which the condition number of the loss itself must keep
    judged_losses: tuple = ("logistic", "squared-hinge")
    l1: str = ""                      # "support": the reference's support; "sparse": truly sparse
    gap: bool = False                 # the duality gap in the trace must be under the target too
    outer: bool = False               # counted in outer steps, not in passes
    largest_width: int = 0            # features that occur; 0: any
    beats_plain_saga: bool = False    # elsewhere: no worse than plain uniform SAGA with step 1/(3L)
    options: tuple = ()

    def target_for(self, name, loss, scale):
        return self.special.get(name, self.target) if (loss, scale) == ("logistic", 1.0) else self.target


def judged(bar, loss, condition):
    """Whether the bar holds for a problem of this loss and condition number."""
    if bar.own_condition:
        condition *= TIMES_LOGISTIC.get(loss, 1)
    return loss in bar.judged_losses and (not bar.first_order or condition < CONDITION_LIMIT)


def table():
    for solver in ("newton", "natural-gradient"):
        yield Bar(solver, 1e-9, 40, first_order=False, outer=True)
    yield Bar("sdca", 1e-9, 100, losses=("logistic",), scales=(1.0,), first_order=False, gap=True)
    yield Bar("sdca", 1e-6, 300, losses=("hinge", "squared-hinge"), judged_losses=("hinge", "squared-hinge"), gap=True)
    yield Bar("bfgs", 1e-9, 300, largest_width=1000)
    yield Bar("lbfgs", 1e-6, 300, special={"a9a": 1e-9})
    for solver in ("cd", "block-cd"):
        yield Bar(solver, 1e-6, 200)
    for solver, passes in (("saga", 200), ("svrg", 300), ("sag", 200)):
        yield Bar(solver, 1e-6, passes, special={"a9a": 1e-10}, own_condition=True,
                  beats_plain_saga=solver != "sag")
    yield Bar("nesterov", 1e-4, 500)
    yield Bar("cg", 1e-6, 500)
    for solver in ("gd", "heavy-ball", "delta-bar-delta"):
        yield Bar(solver, 1e-2, 500)
    yield Bar("steepest", 3e-2, 500)
    yield Bar("natural-gradient", 1e-2, 500, options=("--fisher", "empirical"))
    yield Bar("ftrl", 1e-3, 50, own_condition=True)
    for solver in ("sgd", "momentum", "nag", "adagrad", "rmsprop", "adadelta", "adam", "amsgrad", "nadam"):
        yield Bar(solver, 1e-2, 50, own_condition=True, options=("--averaging", "none"))
        yield Bar(solver, 1e-3, 50, own_condition=True)  # averages or decays unless told otherwise
        yield Bar(solver, 1e-3, 50, judged_losses=(), options=("--averaging", "uniform"))
    for solver in ("cd", "saga", "svrg", "lbfgs", "nesterov"):
        yield Bar(solver, 1e-6, 300, scales=(1.0,), l1="support", own_condition=solver not in ("cd", "lbfgs"))
    for solver in ("tg", "fobos", "rda", "ftrl"):
        yield Bar(solver, 1e-2, 50, losses=("logistic",), scales=(1.0,), l1="sparse")
    for solver, passes in (("lbfgs", 300), ("saga", 2500), ("newton", 40)):  # saga: as many as the raw counts of news20 take
        yield Bar(solver, 1e-6, passes, losses=("softmax",), judged_losses=("softmax",), sets=CLASSES, first_order=False,
                  outer=solver == "newton")
    for solver, passes in (("saga", 200), ("svrg", 300), ("lbfgs", 300), ("newton", 40), ("sgd", 50), ("cd", 200)):
        yield Bar(solver, 1e-6, passes, losses=("squared",), judged_losses=(), sets=REGRESSION, outer=solver == "newton")
