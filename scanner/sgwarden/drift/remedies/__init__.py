"""Ways to settle a difference, as text to review: AWS CLI commands and Terraform configuration."""
