"""What the services agree on: facts, ids, vocabulary, refusals, feed frames. Standard library only."""
