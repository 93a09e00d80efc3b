"""A stand-in for Stripe, on loopback, for tests and the demo; it knows nothing of ours. See docs/simulator.md."""
