"""PURE: one file a kind of question: what it asks, and what an answer does to the dialogue."""
