"""`python -m bot`."""

import gc
import sys


def main() -> None:
    """Import the program with the garbage collector at rest, and keep it from looking through all that later."""
    gc.disable()  # next to nothing that an import makes is garbage, but to look for it is a sixth of the start
    try:
        from bot.cli import main as stafet
    except KeyboardInterrupt:  # later each command sees to it
        sys.exit(130)
    gc.freeze()  # else one full look stops the bot for a tenth of a second, under load again and again
    gc.enable()
    stafet()


if __name__ == "__main__":
    main()
