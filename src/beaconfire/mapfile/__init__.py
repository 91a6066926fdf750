"""Files of maps as people hand them over, read in the process of whoever imports them."""
