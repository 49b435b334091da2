"""From a message to an answer: what is asked, of which procedure, said from the knowledge alone."""
