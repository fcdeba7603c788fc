"""PURE: an item becomes a View; dialogues; the words in zh and en; tokens."""
