"""PURE: units, tiers, people, positions, stand-ins, working calendar: who may, and when is due."""
