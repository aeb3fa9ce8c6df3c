"""What comes in and goes out: tables of comments, their columns, their organisations."""
