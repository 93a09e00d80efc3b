"""What the API offers: one module for each kind of object, each with its ROUTES."""
