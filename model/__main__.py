"""`python -m model`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    try:
        from model.cli import main
    except KeyboardInterrupt:  # before there is anything that could say so
        sys.exit(4)
    sys.exit(main())
