"""A recorded world to try everything on, without an account: a shop in Terraform, applied, then changed by hand."""
