"""Vietnamese text as citizens type it: pure functions, no state beyond cached data files.

Kept to Python 3.10 syntax and the standard library plus underthesea, because it also runs
inside Rasa's environment.
"""
