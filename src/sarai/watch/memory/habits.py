"""What firms usually do with goods: pass them on at once, to whom, out of stock that the book knows.

One quick sale among a hundred slow ones is chance, and so is one paper that is lost. So every sign about
how a firm trades is weighed by how much of its trade is like that, apart for goods of the priority list:
an old firm of another trade has no habit there.
"""

from __future__ import annotations

from msgspec import Struct, field

from sarai.watch.memory.bounds import forget_oldest
from sarai.watch.memory.times import Share

MOST_FIRMS = 100_000
MOST_BUYERS = 6  # of one firm; with so many it is nobody's errand boy
ENOUGH = 3  # deliveries from which one may speak of a habit
NEARLY_ALL = 0.9


class Habit(Struct, gc=False, array_like=True):
    """Goods items that a firm drew from stock.

    Attributes
    ----------
    quick, lent, through
        Of them, those passed on at once, those out of nothing, and imports sent abroad as they had come.
    """

    lines: int = 0
    quick: int = 0
    lent: int = 0
    through: int = 0

    def share_quick(self) -> float:
        """The share passed on at once, if the present line is so too."""
        return (self.quick + 1) / (self.lines + 1)

    def share_lent(self) -> float:
        """The share that the book could not explain, if the present line is so too."""
        return (self.lent + 1) / (self.lines + 1)

    def share_through(self) -> float:
        """The share of imports sent abroad as they had come, if the present line is so too."""
        return (self.through + 1) / (self.lines + 1)


NONE = Habit()


class Habits(Struct):
    """By firm.

    Attributes
    ----------
    listed, others
        With goods of the priority list, and with all others.
    buyers
        Deliveries of goods of the priority list, by whom they went to.
    sole
        Firms that have made enough deliveries to tell, and of these the ones that had by then one buyer.
    abroad
        Exports of any goods, by whom they went to.
    conduits
        Firms that have made enough exports to tell, and of these the ones that were conduits by then.
    """

    listed: dict[str, Habit] = field(default_factory=dict)
    others: dict[str, Habit] = field(default_factory=dict)
    buyers: dict[str, dict[str, int]] = field(default_factory=dict)
    sole: Share = field(default_factory=Share)
    abroad: dict[str, dict[str, int]] = field(default_factory=dict)
    conduits: Share = field(default_factory=Share)

    def of(self, firm: str, listed: bool) -> Habit:
        """A firm's habit; of one without any, an empty one."""
        return (self.listed if listed else self.others).get(firm, NONE)

    def draws(self, firm: str, listed: bool, quick: bool, lent: bool, through: bool) -> None:
        """A firm has drawn a goods item."""
        habits = self.listed if listed else self.others
        habit = habits.get(firm)
        if habit is None:
            habit = habits[firm] = Habit()
            forget_oldest(habits, MOST_FIRMS)
        habit.lines += 1
        habit.quick += quick
        habit.lent += lent
        habit.through += through

    def delivers(self, firm: str, buyer: str) -> None:
        """A firm has delivered goods of the priority list to a buyer, or used them up (no name)."""
        buyers = _count(self.buyers, firm, buyer)
        if sum(buyers.values()) == ENOUGH:
            self.sole.add(1, len(buyers) == 1)

    def sends(self, firm: str, buyer: str) -> None:
        """A firm has sent goods to a buyer abroad."""
        buyers = _count(self.abroad, firm, buyer)
        if sum(buyers.values()) == ENOUGH:
            self.conduits.add(1, len(buyers) == 1 and self.share_through(firm) >= NEARLY_ALL)

    def share_through(self, firm: str) -> float:
        """Of all goods items that a firm drew from stock, the imports sent abroad as they had come."""
        both = self.of(firm, listed=True), self.of(firm, listed=False)
        return sum(habit.through for habit in both) / max(1, sum(habit.lines for habit in both))


def _count(by_firm: dict[str, dict[str, int]], firm: str, buyer: str) -> dict[str, int]:
    """The buyers of a firm, with one more delivery."""
    buyers = by_firm.get(firm)
    if buyers is None:
        buyers = by_firm[firm] = {}
        forget_oldest(by_firm, MOST_FIRMS)
    if buyer in buyers or len(buyers) < MOST_BUYERS:
        buyers[buyer] = buyers.get(buyer, 0) + 1
    return buyers
