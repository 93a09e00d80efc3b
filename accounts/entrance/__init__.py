"""How one gets in: what we add to allauth, and where we are stricter than it."""
