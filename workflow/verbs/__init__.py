"""PURE: one file a verb (approve, return, transfer …): who may, and what it does."""
