"""The coarser sums of costs: by what each is, beside the day; the coarsest first.

Over all workspaces only. One workspace's own days are few, and are read from `UsageDay`. To add a grain, name it here
and in the invariant; it begins with what is folded from then on, so have a migration fill it from `UsageDay`.
"""

from collections.abc import Mapping

COLUMNS = ("workspace_id", "key", "provider", "resolution")
GRAINS: Mapping[str, tuple[str, ...]] = {
    "provider": ("provider", "resolution"),
    "workspace": ("workspace_id",),
    "key": ("key",),
    "workspace provider": ("workspace_id", "provider"),
    "key provider": ("key", "provider"),
}
