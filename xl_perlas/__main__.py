"""`python -m xl_perlas`: the command line where the console script is not in PATH."""

import sys

from xl_perlas.cli import main

if __name__ == "__main__":
    sys.exit(main())
