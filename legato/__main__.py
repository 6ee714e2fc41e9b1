"""`python -m legato`: the command line, also where the script is not on the path."""

from legato.cli.entry import main

main()
