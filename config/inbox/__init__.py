"""The demonstration's letters: kept as files on this machine instead of being sent, and shown on a page."""
