"""Sources: each turns one kind of input into resource instances and, through ``resources``, into the model."""
