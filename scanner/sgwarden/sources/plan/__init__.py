"""Plan JSON, as `terraform show -json PLANFILE` prints it, into resource instances."""
