"""The texts of an organisation and of its lists. Not here: flows, and how the two fit (staffing.py, who.py)."""
