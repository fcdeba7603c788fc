"""PURE: YAML text to a Definition; findings, explain, format, graph."""
