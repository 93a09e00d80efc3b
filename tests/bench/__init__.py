"""Measurements, never assertions: `make bench` runs the real product on loopback and prints figures."""
