"""PURE: the small grammars of a flow's values: text in, typed tree with spans out."""
