"""The deeds of a flow's text: which there are (deeds.py), the larger ones in files of their own. Not here: doing them (steps/deeds)."""
