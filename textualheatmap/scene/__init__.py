"""Where everything is drawn and in which colour, whatever draws it."""
