"""sgwarden: a Terraform compliance scanner for AWS security groups, static and drift."""

__version__ = "0.1.0"
