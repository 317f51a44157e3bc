"""Drift: what Terraform declares against what is live, rule by rule, with the owner of each direction known."""
