"""What comments are about: themes, and how the writer feels about each."""
