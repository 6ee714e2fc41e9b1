"""`python -m legato`: the command line, also where the script is not on the path."""

from legato.entry import main

main()
