"""What a `do`, a ladder and `tell` do (deeds.py), the larger ones in files of their own. Not here: a subflow's deed (kinds/run.py)."""
