"""Terraform text to syntax trees: native syntax (python-hcl2's grammar) and JSON syntax."""
