"""The shape that every constraint family has, and the small vocabulary in which rules are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from model.network.network import Network
    from model.rules.ledger import Ledger

Model = Any  # a Pyomo ConcreteModel; untyped because Pyomo is
Index = tuple[Any, ...]
Terms = Iterable[tuple[float, Any]]
Source = tuple[str, int, str | None, str | None]  # (table, row id, column, period label)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """How one row may be loosened when there is no plan.

    Attributes
    ----------
    sentence : str
        The rule in the planner's words.
    unit : str
        Unit in which the row is loosened.
    weight : float
        Money (MUSD) per unit, so that ways out can be compared.
    sources : tuple
        Where the rule stands: (table, row id, column, period).
    """

    sentence: str
    unit: str
    weight: float
    sources: tuple[Source, ...]


class Cost(NamedTuple):
    """One cost coefficient: `amount` MUSD of `kind` per unit of `variable`, undiscounted, falling due in `period`."""

    kind: str
    period: int
    amount: float
    variable: Any


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken row or a wrong cost found by the audit, in words, with the amount by which it is off."""

    family: str
    sentence: str
    amount: float

    def __str__(self) -> str:
        return f"{self.family}: {self.sentence} (off by {self.amount:.6g})"


def _no_costs(m: Model, net: Network) -> Iterator[Cost]:
    return iter(())


def _not_relaxable(net: Network, index: Index) -> Relaxation | None:
    return None


@dataclass(frozen=True)
class Family:
    """One constraint family.

    Attributes
    ----------
    name : str
        Name of the family, of its module and of its Pyomo constraint.
    index : callable
        Network → sparse list of index tuples.
    rule : callable
        (model, network, *index) → a linear relation of Pyomo variables; the equation is the module's docstring.
    costs : callable
        (model, network) → cost coefficients that belong to the family's topic.
    relax : callable
        (network, index) → how the row is loosened in a diagnosis; None for laws of nature.
    check : callable
        Ledger → violations, recomputed from case and plan tables alone.
    """

    name: str
    index: Callable[[Network], list[Index]]
    rule: Callable[..., Any]
    check: Callable[[Ledger], Iterator[Violation]]
    costs: Callable[[Model, Network], Iterator[Cost]] = field(default=_no_costs)
    relax: Callable[[Network, Index], Relaxation | None] = field(default=_not_relaxable)


def total(terms: Terms) -> Any:
    """Return the sum of coefficient · variable as one flat Pyomo expression, which the compiler reads without a walk."""
    from pyomo.core.expr import LinearExpression

    pairs = [(c, v) for c, v in terms if c != 0.0]
    return LinearExpression(linear_coefs=[c for c, _ in pairs], linear_vars=[v for _, v in pairs])


def kusd_to_musd(amount: float) -> float:
    """Return thousand USD as million USD; also USD/kg as MUSD/t."""
    return amount * 1e-3


def impossible(m: Model) -> Any:
    """Return the relation of a row that nothing can satisfy, so that the solver, and not an exception, says so."""
    return total([(1.0, m.nothing)]) >= 1.0
