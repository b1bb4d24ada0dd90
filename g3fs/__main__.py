"""`python -m g3fs`."""

from g3fs.cli.main import main

main()
