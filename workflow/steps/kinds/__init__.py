"""A file a step kind, and what a kind is (kind.py). Not here: the rules that kinds share (the files beside this room)."""
