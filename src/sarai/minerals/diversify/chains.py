"""Stages that feed each other: what a tonne of a project takes of the stage before.

A recipe is followed in the importer's own countries: what a plant there takes is consumed there, so it is
bought, carried and shared out under the rules of its stage. A plant abroad finds its ore where it stands, at
the price that it is stated with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sarai.minerals.diversify.tables import STAGES, Need, Project

__all__ = ["Stage", "feed_of", "recipe_of", "stages_of", "wrong_recipes"]

Stage = tuple[str, str]
"""A material and one of its stages."""


def feed_of(project: Project, own: Collection[str]) -> Stage | None:
    """What a project takes of the importer's own consumption; none abroad, or without a recipe."""
    return recipe_of(project) if project.country in own and project.input_t_per_t > 0 else None


def stages_of(needs: Iterable[Need], projects: Collection[Project], own: Collection[str]) -> set[Stage]:
    """What is needed, and what projects of it would need, back to the first stage.

    >>> plant = Project(code="x", material="copper", stage="processing", country="DE", kind="plant",
    ...                 t_per_year=1, capital_musd=1, usd_per_t=1, input_stage="mining", input_t_per_t=3.7)
    >>> sorted(stages_of([Need(material="copper", stage="processing", year=2030, t=1)], [plant], ["DE"]))
    [('copper', 'mining'), ('copper', 'processing')]
    """
    found = {(each.material, each.stage) for each in needs}
    while (
        more := {
            feed for each in projects if (each.material, each.stage) in found and (feed := feed_of(each, own))
        }
        - found
    ):
        found |= more
    return found


def wrong_recipes(projects: Iterable[Project]) -> Iterator[str]:
    """What is wrong with recipes, in words."""
    fed: dict[Stage, set[Stage]] = {}
    for each in projects:
        if bool(each.input_stage) != (each.input_t_per_t > 0):
            yield f"project {each.code}: input_stage and input_t_per_t go together; give both or neither"
        elif each.input_stage:
            if each.input_stage not in STAGES:
                known = ", ".join(STAGES)
                yield f"project {each.code}: input_stage {each.input_stage!r} is not known; take {known}"
            if each.kind == "stockpile":
                yield f"project {each.code}: a stockpile makes nothing of an input; leave its recipe empty"
            fed.setdefault(recipe_of(each), set()).add((each.material, each.stage))
    for stage in sorted(fed):
        if stage in _beyond(fed, stage):
            yield f"recipes feed {' '.join(stage)} with what is made of it; take an input of a stage before"


def recipe_of(project: Project) -> Stage:
    """The material and stage that a recipe names."""
    return project.input_material or project.material, project.input_stage


def _beyond(fed: dict[Stage, set[Stage]], stage: Stage) -> set[Stage]:
    """All that is made of a stage, at one remove or more."""
    found, new = set(), set(fed[stage])
    while new:
        found |= new
        new = {each for one in new for each in fed.get(one, ())} - found
    return found
