"""PURE: one file a step kind: its keys, checks, edges; what opens, what closes, which votes count."""
