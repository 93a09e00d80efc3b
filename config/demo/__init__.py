"""The demonstration: everything on this machine, with simulated providers, and one real edit."""
