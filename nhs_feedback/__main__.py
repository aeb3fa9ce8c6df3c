"""`python -m nhs_feedback` is `feedback`."""

from nhs_feedback.cli import main

if __name__ == "__main__":
    main(prog_name="feedback")
