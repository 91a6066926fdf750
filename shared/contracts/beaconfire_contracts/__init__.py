"""What the services agree on: facts, ids, words, refusals, frames. Standard library only."""
