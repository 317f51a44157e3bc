"""The configuration: a file, the environment and the command line over typed defaults."""
