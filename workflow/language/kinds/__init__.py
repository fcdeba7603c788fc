"""What single step kinds alone say in a flow's text. Not here: the keys that every step may have (steps.py), the kinds (steps/kinds)."""
