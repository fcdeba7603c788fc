"""PURE: the rules of an item under way: who decides, which votes count, when is due, where it goes. A step kind is a file in kinds/, a deed in deeds/."""
