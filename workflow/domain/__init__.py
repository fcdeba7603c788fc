"""PURE: the values (definition, item, run, command, event, effect), the errors, the fold of events into an item."""
