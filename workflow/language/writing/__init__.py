"""A text written anew: in its form, in the words of one language, with what is certain mended. Not here: what it means."""
