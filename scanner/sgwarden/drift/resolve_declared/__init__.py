"""The declared side of a comparison: code, plans and states of each root module joined, then all roots together."""
