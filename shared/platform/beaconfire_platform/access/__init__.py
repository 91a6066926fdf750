"""Who may do what: the subject of a request, its token, and the one function that decides."""
