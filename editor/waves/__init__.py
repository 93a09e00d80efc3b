"""Waves: bounded asyncio loops that drive due attempts, thousands in one process.

`loop` is one wave, `lease` how long its claims are its own, `claims` takes due attempts, `drive` is the life of one
attempt from top to bottom, `recorder` writes the transitions of a tick in one statement, `listener` hears wake-ups.
"""
