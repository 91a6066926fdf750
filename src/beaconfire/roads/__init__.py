"""Road files of others, read where the person sits, into the graph that geo releases."""
