"""The pytest plugin: rules of a team's own about its Terraform, as tests of a line or two."""
