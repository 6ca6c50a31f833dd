"""From the outputs of a network to what each input contributed to them."""
