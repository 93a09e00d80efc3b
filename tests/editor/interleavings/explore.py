"""Explore worlds: at random from a seed, and every one of their first turns in order."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.editor.interleavings.rows import Broken
from tests.editor.interleavings.world import World

STEPS = 60


@dataclass(slots=True)
class Explored:
    """How many worlds were lived through, how many of them differed, and what was broken: its seed, and how."""

    runs: int = 0
    distinct: int = 0
    steps: int = 0
    broken: tuple[str, str] | None = None
    seed: str = ""


def live(choose, control: str = "", *, steps: int = STEPS) -> World:
    """Live through one world, then let it come to its end; raises Broken."""
    world = World(choose, control)
    while world.steps < steps and (actions := world.actions()):
        world.act(actions[choose(len(actions))])
    world.settle_down()
    return world


def at_random(runs: int, *, seed: int, control: str = "") -> Explored:
    """Live through so many worlds, each with a seed of its own: `seed`, its number. Stops at one that is broken."""
    explored, traces = Explored(seed=str(seed)), set()
    for number in range(runs):
        name = f"{seed}-{number}"
        chance = random.Random(name)
        trace = 0

        def choose(count: int, chance: random.Random = chance) -> int:
            nonlocal trace
            chosen = int(chance.random() * count)
            trace = hash((trace, chosen))
            return chosen

        explored.runs += 1
        try:
            explored.steps += live(choose, control, steps=10 + int(chance.random() * STEPS)).steps
        except Broken as error:
            explored.broken = (name, str(error))
            break
        traces.add(trace)
    explored.distinct = len(traces)
    return explored


def in_order(*first: int, turns: int, most: int) -> Iterator[tuple[int, ...]]:
    """Live through every world that begins with these choices and differs in the `turns` after them; raises Broken.

    Stops after `most`, and gives the choices of each. Later choices are the first that there is: work goes on.
    """
    script = list(first)
    for _ in range(most):
        counts: list[int] = []

        def choose(count: int, script: list[int] = script, counts: list[int] = counts) -> int:
            counts.append(count)
            return script[len(counts) - 1] if len(counts) <= len(script) else 0

        live(choose)
        length = min(len(first) + turns, len(counts))
        script = [*script, *[0] * length][:length]
        yield tuple(script)
        while script and script[-1] + 1 >= counts[len(script) - 1]:
            script.pop()
        if len(script) <= len(first):
            return
        script[-1] += 1
