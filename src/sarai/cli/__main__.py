"""``python -m sarai.cli`` is the same as ``sarai``."""

import sys

from sarai.cli import main

sys.exit(main())
