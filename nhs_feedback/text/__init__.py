"""What was written: repairs, sentences, and personal data marked."""
