"""What the staff of each trust say: shares with intervals, small numbers hidden."""
