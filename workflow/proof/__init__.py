"""PURE: what is true of a compiled flow on every path, beside an organisation; a shortest path to each problem."""
