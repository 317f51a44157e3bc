"""Where a value comes from: the variables, locals, arguments and outputs behind an expression."""
