"""Where the tagging runs. Every engine gives the same answer."""
