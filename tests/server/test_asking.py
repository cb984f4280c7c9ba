"""The answers that are kept: the last ones asked for, each made once."""

from sarai.server.asking import Kept


def test_what_was_not_asked_for_the_longest_goes_first():
    kept = Kept(2)
    kept.put("a", 1)
    kept.put("b", 2)
    assert kept.get("a") == 1  # now b is the older one
    assert kept.put("c", 3) == 3
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (1, None, 3)


def test_an_answer_is_made_once():
    kept, made = Kept(2), []
    for _ in range(3):
        assert kept.once("a", lambda: made.append(1) or "answer") == "answer"
    assert made == [1]


def test_what_could_not_be_made_is_tried_again():
    kept = Kept(2)
    with_fault = iter((ValueError("none today"), None))

    def make() -> str:
        if (fault := next(with_fault)) is not None:
            raise fault
        return "answer"

    try:
        kept.once("a", make)
    except ValueError as fault:
        assert str(fault) == "none today"
    assert kept.get("a") is None and kept.once("a", make) == "answer"
