"""The plugin's process: ``python -m infra.providers.heroku ENGINE_ADDRESS``."""

import os
import sys

from infra.providers.heroku.package import package
from infra.providers.kit.serving import main

if __name__ == "__main__":
    sys.exit(main(package(os.environ), sys.argv[1:]))
