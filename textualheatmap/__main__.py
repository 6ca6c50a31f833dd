"""The command line, where `textualheatmap` itself is not on the path.

Run it with ``python -m textualheatmap``.
"""

from textualheatmap.cli.main import main

if __name__ == "__main__":
    main()
