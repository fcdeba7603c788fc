"""PURE: canonical bytes, chain, tree, verification."""
