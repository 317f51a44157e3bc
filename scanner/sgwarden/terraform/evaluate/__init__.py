"""Evaluation of a root module: expressions, blocks, count and for_each, module calls, resources."""
