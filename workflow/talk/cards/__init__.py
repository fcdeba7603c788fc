"""PURE: one file a kind of message: an item's prompt, its submitter's card, the item in full, listings, questions, notices."""
