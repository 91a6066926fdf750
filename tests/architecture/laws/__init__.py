"""The laws of the house that no common linter knows, each a pure function from a tree to breaches.

`python -m laws check` lists every breach of this checkout; `python -m laws glossary` writes the
glossary. The tests beside this package run each law on the real tree and on sabotaged ones.
"""
