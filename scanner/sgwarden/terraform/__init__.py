"""The Terraform language: syntax, expressions, functions and modules, with no knowledge of AWS."""
