"""YAML text to a positioned tree, and what is wrong with it before anything has a meaning. Not here: what keys mean."""
