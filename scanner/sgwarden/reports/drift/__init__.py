"""The formats of a drift report: one module a format."""
