"""The configuration: ``sgwarden.toml`` or ``[tool.sgwarden]`` of pyproject.toml, the environment and the command line."""
