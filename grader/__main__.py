"""``python -m grader`` and the console script."""

from grader.cli.app import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
