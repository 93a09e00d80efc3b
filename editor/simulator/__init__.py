"""Stand-ins for the upstream providers: the same dialects on loopback, honest pictures, faults to order."""
