"""From results to figures, one module a technique."""
